package org.reactivesessions.error;

import io.r2dbc.spi.R2dbcNonTransientException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a transaction is {@link TransactionOutcome#IN_DOUBT}: COMMIT may have reached the database, and no
 * definite answer was read. It is signalled instead of a plain failure, because running the transaction again could apply
 * it twice. It is not transient in the sense of R2DBC: no automatic retry may follow it.
 *
 * <p>What is known: the transaction is durable as a whole or not at all. What to do: with
 * {@code CommitVerification.marker()} the database is asked, and this error comes only if it did not answer in time;
 * {@link #token()} is what to ask it for then. Without, look up in the database whether the work is there (by a key of your
 * own), and run it again only if it is not. SQLSTATE is {@code 08007}, <em>transaction resolution unknown</em>
 * (<a href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL, appendix A</a>).
 *
 * @since 0.1
 */
public final class CommitOutcomeUnknownException extends R2dbcNonTransientException implements SessionFailure {

    private static final long serialVersionUID = 1L;

    private final String transaction;
    private final @Nullable UUID token;

    /**
     * Creates the error of a transaction that left no marker.
     *
     * @param transaction the name of the transaction
     * @param reason why the answer is missing, as a clause that follows a colon
     * @param cause what was seen instead of an answer, if anything
     */
    public CommitOutcomeUnknownException(String transaction, String reason, @Nullable Throwable cause) {
        this(
                transaction,
                null,
                reason + ". The transaction is either durable as a whole or not at all; look for its effects before"
                        + " running it again, or have it verified by CommitVerification.marker().",
                cause);
    }

    private CommitOutcomeUnknownException(
            String transaction, @Nullable UUID token, String message, @Nullable Throwable cause) {
        super(
                Guidance.added(
                        FailureKind.COMMIT_UNKNOWN, transaction + ": the outcome of COMMIT is unknown: " + message),
                "08007",
                cause);
        this.transaction = transaction;
        this.token = token;
    }

    /**
     * Creates the error of a transaction whose marker could not be asked for.
     *
     * @param transaction the name of the transaction
     * @param token the transaction's token
     * @param reason why the answer to COMMIT is missing, as a clause that follows a colon
     * @param unresolved why the marker did not tell, as a clause that follows a comma
     * @param question the SQL that asks for it
     * @param cause what was seen instead of an answer to COMMIT, if anything
     * @return an error that carries the token
     */
    public static CommitOutcomeUnknownException unresolved(
            String transaction,
            UUID token,
            String reason,
            String unresolved,
            String question,
            @Nullable Throwable cause) {
        return new CommitOutcomeUnknownException(
                transaction,
                token,
                reason + ", and " + unresolved
                        + ". The transaction is either durable as a whole or not at all. Do not run it again before "
                        + question + " has told; run that on the primary, and commit it.",
                cause);
    }

    @Override
    public FailureKind kind() {
        return FailureKind.COMMIT_UNKNOWN;
    }

    @Override
    public TransactionOutcome outcome() {
        return TransactionOutcome.IN_DOUBT;
    }

    @Override
    public String session() {
        return transaction;
    }

    /**
     * Returns the token of the transaction's marker.
     *
     * @return what to ask the database for; {@code null} if the transaction left no marker
     */
    public @Nullable UUID token() {
        return token;
    }
}
