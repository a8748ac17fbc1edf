package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcNonTransientException;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a transaction is {@link TransactionOutcome#IN_DOUBT}: COMMIT may have reached the database, and no
 * definite answer was read. It is signalled instead of a plain failure, because running the transaction again could apply
 * it twice. It is not transient in the sense of R2DBC: no automatic retry may follow it.
 *
 * <p>What to do: look up in the database whether the work is there (by a key of your own), and run it again only if it is
 * not. SQLSTATE is {@code 08007}, <em>transaction resolution unknown</em>
 * (<a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL, appendix A</a>).
 *
 * @since 0.1
 */
public final class CommitOutcomeUnknownException extends R2dbcNonTransientException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String transaction;

    /**
     * Creates the error.
     *
     * @param transaction the name of the transaction
     * @param reason why the answer is missing, as a clause that follows a colon
     * @param cause what was seen instead of an answer, if anything
     */
    public CommitOutcomeUnknownException(String transaction, String reason, @Nullable Throwable cause) {
        super(
                transaction + ": the outcome of COMMIT is unknown: " + reason
                        + ". The transaction is either durable as a whole or not at all; look for its effects before"
                        + " running it again.",
                "08007",
                cause);
        this.transaction = transaction;
    }

    @Override
    public FailureKind kind() {
        return FailureKind.COMMIT_UNKNOWN;
    }

    @Override
    public String session() {
        return transaction;
    }
}
