package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.StatementGate;

/**
 * What the answer to COMMIT means. Immutable.
 *
 * @param outcome how the transaction ended
 * @param error what its subscriber hears, or {@code null} after a commit
 * @param connectionUncertain whether the connection must not be used again
 */
record Verdict(TransactionOutcome outcome, @Nullable Throwable error, boolean connectionUncertain) {

    /**
     * Tells how the transaction ends if COMMIT must not be sent, although the function has completed.
     *
     * @return the verdict without COMMIT, or {@code null} if nothing stands in its way
     */
    static @Nullable Verdict obstacle(String name, Dialect dialect, StatementGate gate, Lease lease) {
        String open = gate.openStatement();
        if (open != null) {
            return rolledBack(new IllegalStateException(name + ": statement still running: " + open
                    + ". The function completed before its statement did; let the function's result wait for it."));
        }
        if (gate.isDoubtful()) {
            return rolledBack(new IllegalStateException(name
                    + ": a COPY was cancelled or failed, or the driver failed to cancel a statement, so the transaction"
                    + " cannot be committed; let its error pass."));
        }
        if (!lease.isOpen()) {
            return rolledBack(new DatabaseUnavailableException(
                    name + ": the connection was lost before COMMIT was sent; nothing of the transaction is durable.",
                    gate.firstError()));
        }
        if (!dialect.inTransaction(lease.connection())) {
            return unknown(
                    name, "the transaction was ended inside the function, before the scope could commit it", null);
        }
        return null;
    }

    private static Verdict rolledBack(Throwable error) {
        return new Verdict(TransactionOutcome.ROLLED_BACK, error, false);
    }

    /** Reads the answer to COMMIT. */
    static Verdict of(
            String name, Dialect dialect, StatementGate gate, ControlCommand commit, @Nullable Throwable error) {
        if (error == null) {
            return new Verdict(TransactionOutcome.COMMITTED, null, false);
        }
        if (commit.isUnsent()) {
            return new Verdict(TransactionOutcome.ROLLED_BACK, error, true);
        }
        if (commit.isExpired()) {
            return unknown(name, "it was not answered in time", error);
        }
        return switch (dialect.commitAnswer(error)) {
            case ROLLED_BACK ->
                new Verdict(
                        TransactionOutcome.ROLLED_BACK,
                        new TransactionRolledBackException(name, gate.firstError() == null ? error : gate.firstError()),
                        false);
            case REFUSED -> rolledBack(error);
            case NOT_SENT -> new Verdict(TransactionOutcome.ROLLED_BACK, error, true);
            case UNKNOWN -> unknown(name, "the connection was lost before the answer came", error);
        };
    }

    private static Verdict unknown(String name, String reason, @Nullable Throwable cause) {
        return new Verdict(TransactionOutcome.IN_DOUBT, new CommitOutcomeUnknownException(name, reason, cause), true);
    }
}
