package org.reactivesessions.transaction;

import io.r2dbc.spi.Option;
import java.util.IdentityHashMap;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Values by R2DBC option. Immutable; {@link #with} returns a copy. */
final class Attributes {

    static final Attributes NONE = new Attributes(new IdentityHashMap<>());

    /** By identity, because options are constants whose hash code allocates. Never changed after construction. */
    private final IdentityHashMap<Option<?>, Object> values;

    private Attributes(IdentityHashMap<Option<?>, Object> values) {
        this.values = values;
    }

    <T> Attributes with(Option<T> option, T value) {
        IdentityHashMap<Option<?>, Object> changed = new IdentityHashMap<>(values);
        changed.put(option, value);
        return new Attributes(changed);
    }

    <T> @Nullable T get(Option<T> option) {
        return option.cast(values.get(option));
    }

    /** For an option that always has a value. */
    <T> T required(Option<T> option) {
        return Objects.requireNonNull(get(option));
    }
}
