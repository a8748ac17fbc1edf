package org.reactivesessions.transaction;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.IntegrityViolationException;
import org.reactivesessions.error.Reason;
import org.reactivesessions.error.RollbackRequestedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.LogEvent;
import org.reactivesessions.observation.LogOptions;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Writes the life of transactions to the logger {@code org.reactivesessions.transaction}. Nothing is built for a line that nobody
 * reads. Immutable.
 */
final class TransactionLog {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");
    private static final int DEEPEST_CAUSE = 16;

    private final LogOptions options;
    private final Dialect dialect;

    TransactionLog(LogOptions options, Dialect dialect) {
        this.options = options;
        this.dialect = dialect;
    }

    /**
     * How a run ended.
     *
     * @param age nanoseconds since the transaction was subscribed, all its attempts included
     * @param byCancel whether its subscriber was the first to end it
     * @param firstError the first error the server reported inside, if any
     * @param kept whether its connection is back in the pool
     */
    record End(
            AttemptReport report,
            long age,
            boolean byCancel,
            @Nullable Throwable firstError,
            boolean kept) {

        LogEvent event() {
            return event(report.outcome(), report.error(), report.repeated(), byCancel);
        }

        /** What the end of a transaction is to be logged as. */
        static LogEvent event(
                TransactionOutcome outcome, @Nullable Throwable error, boolean repeated, boolean byCancel) {
            if (repeated) {
                return LogEvent.REPEAT;
            }
            return switch (outcome) {
                case COMMITTED -> LogEvent.COMMIT;
                case IN_DOUBT -> LogEvent.IN_DOUBT;
                case NOT_STARTED -> byCancel ? LogEvent.CANCEL : LogEvent.NOT_STARTED;
                case ROLLED_BACK -> byCancel ? LogEvent.CANCEL : rollback(error);
            };
        }
    }

    private static LogEvent rollback(@Nullable Throwable error) {
        return error instanceof RollbackRequestedException ? LogEvent.ROLLBACK : LogEvent.FAILURE;
    }

    /** Whether anybody would read it. */
    boolean isOn(LogEvent event) {
        Level level = options.level(event);
        return level != null && log.isEnabledForLevel(level);
    }

    private LoggingEventBuilder line(LogEvent event, String name, int attempt) {
        Level level = options.level(event);
        return log.atLevel(level == null ? Level.TRACE : level)
                .addKeyValue("transaction", name)
                .addKeyValue("event", event)
                .addKeyValue("attempt", attempt);
    }

    void begun(String name, int attempt, PhaseTimes times, @Nullable Long backend) {
        if (isOn(LogEvent.BEGIN)) {
            long waited = times.acquiring().toMillis();
            line(LogEvent.BEGIN, name, attempt)
                    .addKeyValue("acquiring_ms", waited)
                    .addKeyValue("backend", backend)
                    .log(
                            "{}: begun (attempt {}), after {} ms for a connection; backend {}",
                            name,
                            attempt,
                            waited,
                            backend == null ? "unknown" : backend);
        }
    }

    /** Of a transaction its end, and of everything the return of its connection. */
    void ended(End end) {
        AttemptReport report = end.report();
        if (report.kind() == AttemptReport.Kind.TRANSACTION && !report.repeated() && isOn(end.event())) {
            LogLine line = new LogLine(line(end.event(), report.name(), report.attempt()));
            line.pair("phase", report.phase());
            line.pair("outcome", report.outcome());
            line.pair("age_ms", TimeUnit.NANOSECONDS.toMillis(end.age()));
            line.pair("statements", report.statements());
            line.say(said(end));
            Throwable error = report.error();
            if (error != null) {
                explain(line, end, error);
            }
            line.write();
        }
        if (end.kept() && isOn(LogEvent.RELEASE)) {
            long held = report.held().toMillis();
            line(LogEvent.RELEASE, report.name(), report.attempt())
                    .addKeyValue("held_ms", held)
                    .log("{}: its connection is back after {} ms", report.name(), held);
        }
    }

    private static String said(End end) {
        AttemptReport report = end.report();
        String what = switch (end.event()) {
            case COMMIT -> "committed";
            case CANCEL ->
                report.outcome() == TransactionOutcome.NOT_STARTED
                        ? "cancelled by its subscriber in " + report.phase() + ", nothing was begun"
                        : "cancelled by its subscriber in " + report.phase() + ", rolled back";
            case IN_DOUBT ->
                "COMMIT was sent and not answered, so nobody knows whether it has committed"
                        + (report.cancelled() ? "; its subscriber has left and does not hear of it" : "");
            case ROLLBACK -> "rolled back as its function has asked";
            case FAILURE -> "rolled back because of an error in " + report.phase();
            default -> "not begun, because of an error in " + report.phase();
        };
        return report.name() + ": " + what + ", after " + TimeUnit.NANOSECONDS.toMillis(end.age()) + " ms (attempt "
                + report.attempt() + ", " + report.statements()
                + (report.statements() == 1 ? " statement" : " statements")
                + ")";
    }

    private void explain(LogLine line, End end, Throwable error) {
        String state = sqlState(error);
        if (state == null && end.firstError() != null) {
            state = sqlState(end.firstError());
        }
        if (state != null) {
            line.pair("sqlstate", state);
            line.say("; SQLSTATE ", state);
        }
        Throwable described = described(end.report().name(), error);
        if (described instanceof IntegrityViolationException violation) {
            name(line, "constraint", violation.constraint());
            name(line, "table", violation.table());
            name(line, "column", violation.column());
        }
        line.say(": ", Reason.of(described));
        line.cause(error);
    }

    private static void name(LogLine line, String key, @Nullable String value) {
        if (value != null) {
            line.pair(key, value);
            line.say("; ", key, " \"", value, "\"");
        }
    }

    /** An error of the driver's own interfaces does not say which constraint it was; the dialect, which is foreign code, knows. */
    private Throwable described(String name, Throwable error) {
        if (!(error instanceof R2dbcDataIntegrityViolationException) || error instanceof IntegrityViolationException) {
            return error;
        }
        try {
            return dialect.describe(name, error);
        } catch (Throwable thrown) {
            log.warn("An error could not be described", thrown);
            return error;
        }
    }

    /** The SQLSTATE of an error, or of what has caused it. */
    private static @Nullable String sqlState(Throwable error) {
        Throwable now = error;
        for (int depth = 0; now != null && depth < DEEPEST_CAUSE; depth++) {
            if (now instanceof R2dbcException database && database.getSqlState() != null) {
                return database.getSqlState();
            }
            now = now.getCause();
        }
        return null;
    }

    /** A transaction has ended without a further run, or without any. */
    void endedWithoutRun(String name, TransactionOutcome outcome, Throwable error, boolean byCancel) {
        LogEvent event = byCancel ? LogEvent.CANCEL : LogEvent.NOT_STARTED;
        if (isOn(event)) {
            Level level = options.level(event);
            log.atLevel(level == null ? Level.TRACE : level)
                    .addKeyValue("transaction", name)
                    .addKeyValue("event", event)
                    .addKeyValue("outcome", outcome)
                    .addKeyValue("sqlstate", sqlState(error))
                    .setCause(error)
                    .log(
                            byCancel
                                    ? "{}: cancelled by its subscriber before its next attempt, {}"
                                    : "{}: not run because of an error, {}",
                            name,
                            outcome);
        }
    }

    void repeating(String name, int attempt, Duration wait, TransactionOutcome outcome, Throwable error) {
        if (isOn(LogEvent.REPEAT)) {
            line(LogEvent.REPEAT, name, attempt)
                    .addKeyValue("outcome", outcome)
                    .addKeyValue("wait_ms", wait.toMillis())
                    .addKeyValue("sqlstate", sqlState(error))
                    .setCause(error)
                    .log("{}: {}; attempt {} in {} ms", name, outcome, attempt, wait.toMillis());
        }
    }
}
