package org.reactivesessions;

import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What has become of an operation that is to be applied once, see {@link ReactiveSessions#once}: this call applied it, or it had
 * been applied before. Immutable.
 *
 * @param <T> the type of the function's value
 * @since 0.1
 */
public sealed interface Once<T> {

    /**
     * This call has applied the operation: its effects are durable.
     *
     * @param result the function's value, {@code null} if it had none
     * @param <T> the type of the value
     */
    record Applied<T>(@Nullable T result) implements Once<T> {}

    /**
     * The operation had been applied before: the function was not called. Its value is not kept.
     *
     * @param at when it was applied, by the clock of the database
     * @param <T> the type of the value
     */
    record AlreadyApplied<T>(Instant at) implements Once<T> {

        /** Checks that the time is known. */
        public AlreadyApplied {
            Objects.requireNonNull(at, "at must not be null");
        }
    }

    /**
     * Makes the answer of a call that has applied its operation.
     *
     * @param value the function's value, or {@code null}
     * @param <T> the type of the value
     * @return the answer
     */
    static <T> Once<T> applied(@Nullable T value) {
        return new Applied<>(value);
    }

    /**
     * Makes the answer of a call whose operation had been applied.
     *
     * @param at when
     * @param <T> the type of the value
     * @return the answer
     */
    static <T> Once<T> alreadyApplied(Instant at) {
        return new AlreadyApplied<>(at);
    }

    /**
     * Tells whether this call has applied the operation.
     *
     * @return whether the function was called, and what it did is durable
     */
    default boolean isApplied() {
        return this instanceof Applied;
    }

    /**
     * Returns the function's value.
     *
     * @return empty if the function had none, or was not called
     */
    default Optional<T> value() {
        return this instanceof Applied<T> applied ? Optional.ofNullable(applied.result()) : Optional.empty();
    }
}
