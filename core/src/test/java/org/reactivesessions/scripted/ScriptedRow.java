package org.reactivesessions.scripted;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import org.jspecify.annotations.Nullable;

/** A row of one column. Immutable. */
record ScriptedRow(Object value) implements Row {

    @Override
    public RowMetadata getMetadata() {
        return ScriptedMetadata.INSTANCE;
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        if (index != 0) {
            throw new IndexOutOfBoundsException("index " + index);
        }
        return type.cast(value);
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return type.cast(value);
    }
}
