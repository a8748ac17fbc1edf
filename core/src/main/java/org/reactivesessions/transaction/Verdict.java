package org.reactivesessions.transaction;

import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.Reason;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.transaction.HeldConnection.InnerFailure;
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
    static @Nullable Verdict obstacle(
            String name, StatementGate gate, @Nullable InnerFailure inner, boolean connectionOpen) {
        if (inner != null) {
            return rolledBack(TransactionRolledBackException.forInnerScope(name, inner.name(), inner.error()));
        }
        String running = gate.innerScope();
        if (running != null) {
            return rolledBack(new IllegalStateException(name + ": inner scope still running: " + running
                    + ". The function completed before its inner scope did; let the function's result wait for it."));
        }
        String open = gate.openStatement();
        if (open != null) {
            return rolledBack(new IllegalStateException(name + ": statement still running: " + open
                    + ". The function completed before its statement did; let the function's result wait for it."));
        }
        if (gate.isDoubtful()) {
            return rolledBack(new IllegalStateException(name
                    + ": the state of the connection is uncertain, so the transaction cannot be committed: a COPY was"
                    + " cancelled or failed, an inner scope could not be undone in time, or the driver failed where it must not."
                    + " Let its error pass."));
        }
        if (!connectionOpen) {
            return rolledBack(DatabaseUnavailableException.rolledBack(
                    name,
                    "the connection was lost before COMMIT was sent; nothing of the transaction is durable. If the network"
                            + " and the server are well, a limit of the server has ended it: idleTimeout(), or its"
                            + " idle_in_transaction_session_timeout or transaction_timeout.",
                    gate.firstError()));
        }
        return null;
    }

    /** The server says that there is no transaction, although the scope has not ended it. */
    static Verdict endedInside(String name) {
        return unknown(name, "the transaction was ended inside the function, before the scope could commit it", null);
    }

    /** All went well. */
    static Verdict success() {
        return new Verdict(TransactionOutcome.COMMITTED, null, false);
    }

    /** It failed, and everything is known. */
    static Verdict failed(Throwable error) {
        return rolledBack(error);
    }

    /** It failed, and so did the connection, perhaps. */
    static Verdict uncertain(Throwable error) {
        return new Verdict(TransactionOutcome.ROLLED_BACK, error, true);
    }

    /** Reads the answer to RELEASE SAVEPOINT; a server that refuses it has seen a statement fail. */
    static Verdict ofRelease(String name, StatementGate gate, @Nullable Throwable error, boolean refused) {
        if (error == null) {
            return success();
        }
        Throwable first = gate.firstError();
        return refused && first != null
                ? rolledBack(new TransactionRolledBackException(name, first))
                : new Verdict(TransactionOutcome.ROLLED_BACK, error, !refused);
    }

    private static Verdict rolledBack(Throwable error) {
        return new Verdict(TransactionOutcome.ROLLED_BACK, error, false);
    }

    /** What the subscriber hears of a BEGIN whose answer did not come. */
    static Throwable beginUnanswered(String name, Throwable seen) {
        return new DatabaseUnavailableException(
                FailureKind.UNREACHABLE,
                name,
                (seen instanceof TimeoutException ? seen.getMessage() : "BEGIN was not answered: " + Reason.of(seen))
                        + "; the connection was destroyed and nothing of the transaction is durable. Check that the"
                        + " database is reachable and not overloaded.",
                seen);
    }

    /**
     * Reads the answer to COMMIT.
     *
     * @param firstError the first error the server reported inside, if any
     * @param markerRefusal why the marker was refused, if it was
     */
    static Verdict of(
            String name,
            @Nullable Throwable firstError,
            @Nullable TransactionRolledBackException markerRefusal,
            ControlCommand commit,
            @Nullable Throwable error,
            Function<Throwable, CommitAnswer> answer,
            UnaryOperator<Throwable> described) {
        if (error == null) {
            return success();
        }
        Signal signal = signal(commit, error, answer);
        OutcomeTable.Entry entry = OutcomeTable.entry(LifePhase.COMMITTING, signal);
        return new Verdict(
                entry.after(TransactionOutcome.ROLLED_BACK),
                switch (signal) {
                    case ANSWERED_ROLLBACK -> rolledBack(name, firstError, markerRefusal, error);
                    case TIMEOUT -> inDoubt(name, "it was not answered in time", error);
                    case FATAL -> inDoubt(name, "the server ended the connection instead of answering", error);
                    case LOSS -> inDoubt(name, "the connection was lost before the answer came", error);
                    case ERROR -> described.apply(error);
                    case DONE, UNSENT, CANCEL -> error;
                },
                entry.connectionUncertain());
    }

    /** What has failed first is what to tell. */
    private static TransactionRolledBackException rolledBack(
            String name,
            @Nullable Throwable firstError,
            @Nullable TransactionRolledBackException markerRefusal,
            Throwable error) {
        if (firstError == null && markerRefusal != null) {
            return markerRefusal;
        }
        return new TransactionRolledBackException(name, firstError == null ? error : firstError);
    }

    private static Signal signal(ControlCommand commit, Throwable error, Function<Throwable, CommitAnswer> answer) {
        if (commit.isUnsent()) {
            return Signal.UNSENT;
        }
        if (commit.isExpired()) {
            return Signal.TIMEOUT;
        }
        return switch (answer.apply(error)) {
            case ROLLED_BACK -> Signal.ANSWERED_ROLLBACK;
            case REFUSED -> Signal.ERROR;
            case NOT_SENT -> Signal.UNSENT;
            case ENDED -> Signal.FATAL;
            case UNKNOWN -> Signal.LOSS;
        };
    }

    private static CommitOutcomeUnknownException inDoubt(String name, String reason, @Nullable Throwable cause) {
        return new CommitOutcomeUnknownException(name, reason, cause);
    }

    private static Verdict unknown(String name, String reason, @Nullable Throwable cause) {
        return new Verdict(TransactionOutcome.IN_DOUBT, inDoubt(name, reason, cause), true);
    }
}
