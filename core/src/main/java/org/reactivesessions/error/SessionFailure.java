package org.reactivesessions.error;

import org.jspecify.annotations.Nullable;

/**
 * What every exception of this library can tell, beside being one of R2DBC's categories. Its message ends with where the page
 * about troubleshooting speaks of it, as in {@code (help: troubleshooting.md#saturated)}. Implementations are immutable.
 *
 * @since 0.1
 */
public interface SessionFailure {

    /**
     * Returns what kind of failure it was.
     *
     * @return the kind, which decides what a caller can do
     */
    FailureKind kind();

    /**
     * Returns whose failure it was.
     *
     * @return the name given by {@code TransactionOptions.named}, or the default name
     */
    String session();

    /**
     * Returns how the transaction ended, as far as the error itself tells.
     *
     * @return the outcome; {@code null} from errors of a statement or of the application, which leave the end to the scope,
     *     and where there is no transaction. Listeners always hear the outcome
     */
    default @Nullable TransactionOutcome outcome() {
        return null;
    }

    /**
     * Returns how often it was tried.
     *
     * @return at least 1; the attempts to get a connection, where that is what failed
     */
    default int attempt() {
        return 1;
    }
}
