package org.reactivesessions.transaction;

import static org.reactivesessions.error.TransactionOutcome.COMMITTED;
import static org.reactivesessions.error.TransactionOutcome.IN_DOUBT;
import static org.reactivesessions.error.TransactionOutcome.NOT_STARTED;
import static org.reactivesessions.error.TransactionOutcome.ROLLED_BACK;

import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;

/**
 * What is known of a transaction's outcome after a signal in a phase: the one place where it is decided. It has a row for
 * every phase and every signal, also for pairs that no driver should bring about; those say the least that can be wrong.
 *
 * <p>The rule behind it: a transaction is in doubt if and only if COMMIT may have left this process and no definite answer
 * was read, which is CommandComplete, or an ERROR followed by ReadyForQuery. Severity decides, not SQLSTATE: the server can
 * serve an interrupt after it has written the commit record
 * (<a href="https://www.postgresql.org/docs/current/protocol-message-formats.html">PostgreSQL, message formats</a>).
 */
final class OutcomeTable {

    /**
     * One entry.
     *
     * @param known what is known if nothing more is heard; {@code null}, what was known before
     * @param connectionUncertain whether the connection must not be used again
     */
    record Entry(@Nullable TransactionOutcome known, boolean connectionUncertain) {

        TransactionOutcome after(TransactionOutcome before) {
            return known == null ? before : known;
        }
    }

    private static final Entry AS_BEFORE = new Entry(null, false);
    private static final Entry AS_BEFORE_UNCERTAIN = new Entry(null, true);
    private static final Entry NEVER_BEGUN = new Entry(NOT_STARTED, false);
    private static final Entry NEVER_BEGUN_UNCERTAIN = new Entry(NOT_STARTED, true);
    private static final Entry UNDONE = new Entry(ROLLED_BACK, false);
    private static final Entry UNDONE_UNCERTAIN = new Entry(ROLLED_BACK, true);
    private static final Entry DURABLE = new Entry(COMMITTED, false);
    private static final Entry UNKNOWN = new Entry(IN_DOUBT, true);

    private OutcomeTable() {}

    /** The entry of a phase and a signal. */
    static Entry entry(LifePhase phase, Signal signal) {
        return Objects.requireNonNull(
                switch (phase) {
                    case ACQUIRING -> acquiring(signal);
                    case BEGINNING -> beginning(signal);
                    case ACTIVE -> active(signal);
                    case COMMITTING -> committing(signal);
                    case ROLLING_BACK -> rollingBack(signal);
                    case DONE -> AS_BEFORE; // too late to change anything
                });
    }

    private static Entry acquiring(Signal signal) {
        return switch (signal) {
            case DONE, ANSWERED_ROLLBACK, ERROR, FATAL, LOSS, UNSENT, TIMEOUT, CANCEL -> NEVER_BEGUN;
        };
    }

    /** A cancel waits for the answer. */
    private static Entry beginning(Signal signal) {
        return switch (signal) {
            case DONE -> UNDONE; // unless COMMIT changes it
            case ERROR, UNSENT -> NEVER_BEGUN;
            case ANSWERED_ROLLBACK, FATAL, LOSS, TIMEOUT -> NEVER_BEGUN_UNCERTAIN;
            case CANCEL -> AS_BEFORE;
        };
    }

    private static Entry active(Signal signal) {
        return switch (signal) {
            case DONE -> AS_BEFORE;
            case ERROR, UNSENT, TIMEOUT, CANCEL -> UNDONE;
            case ANSWERED_ROLLBACK, FATAL, LOSS -> UNDONE_UNCERTAIN;
        };
    }

    /** A cancel waits for the answer. */
    private static Entry committing(Signal signal) {
        return switch (signal) {
            case DONE -> DURABLE;
            case ANSWERED_ROLLBACK, ERROR -> UNDONE;
            case UNSENT -> UNDONE_UNCERTAIN;
            case FATAL, LOSS, TIMEOUT -> UNKNOWN;
            case CANCEL -> AS_BEFORE;
        };
    }

    /** What was decided stays decided; only the connection can still be lost. */
    private static Entry rollingBack(Signal signal) {
        return switch (signal) {
            case DONE, CANCEL -> AS_BEFORE;
            case ANSWERED_ROLLBACK, ERROR, FATAL, LOSS, UNSENT, TIMEOUT -> AS_BEFORE_UNCERTAIN;
        };
    }
}
