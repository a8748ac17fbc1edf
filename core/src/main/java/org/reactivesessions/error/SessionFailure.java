package org.reactivesessions.error;

/**
 * What every exception of this library can tell, beside being one of R2DBC's categories. Implementations are immutable.
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
     * Returns how often it was tried.
     *
     * @return at least 1; the attempts to get a connection, where that is what failed
     */
    default int attempt() {
        return 1;
    }
}
