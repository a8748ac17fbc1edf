package org.reactivesessions.scripted;

import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import org.jspecify.annotations.Nullable;

/** A row of one column. Immutable. */
public record ScriptedRow(Object value) implements Row {

    /** The value of a row that has none. */
    public static final Object NULL = new Object();

    @Override
    public RowMetadata getMetadata() {
        return ScriptedMetadata.INSTANCE;
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        if (index != 0) {
            throw new IndexOutOfBoundsException("index " + index);
        }
        return value(type);
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return value(type);
    }

    private <T> @Nullable T value(Class<T> type) {
        return value == NULL ? null : type.cast(value);
    }
}
