package org.reactivesessions.scripted;

import io.r2dbc.spi.OutParameters;
import io.r2dbc.spi.OutParametersMetadata;
import org.jspecify.annotations.Nullable;

/** The out parameter of a procedure, which is readable and no row. Immutable. */
public record ScriptedOut(Object value) implements OutParameters {

    @Override
    public OutParametersMetadata getMetadata() {
        throw new UnsupportedOperationException("The script has no metadata");
    }

    @Override
    public <T> @Nullable T get(int index, Class<T> type) {
        return type.cast(value);
    }

    @Override
    public <T> @Nullable T get(String name, Class<T> type) {
        return type.cast(value);
    }
}
