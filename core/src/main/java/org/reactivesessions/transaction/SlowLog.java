package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.wire.Conduct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/** Writes who was slow to the logger {@code org.reactivesessions.slow}: texts, never values. Immutable. */
final class SlowLog {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.slow");

    private final long transactionAfter;
    private final long statementAfter;

    SlowLog(LogOptions options) {
        this.transactionAfter = nanos(options.slowTransaction());
        this.statementAfter = nanos(options.slowStatement());
    }

    private static long nanos(@Nullable Duration limit) {
        if (limit == null) {
            return Long.MAX_VALUE;
        }
        try {
            return limit.toNanos();
        } catch (ArithmeticException longerThanAnything) {
            return Long.MAX_VALUE;
        }
    }

    /** Whether anybody wants to know how long statements take. */
    boolean timesStatements() {
        return statementAfter != Long.MAX_VALUE || transactionAfter != Long.MAX_VALUE;
    }

    /** From how many nanoseconds on a statement is slow. */
    long statementAfter() {
        return statementAfter;
    }

    /** Whether a transaction that took so long is slow, and anybody would read it. */
    boolean isSlow(long nanos) {
        return nanos >= transactionAfter && log.isWarnEnabled();
    }

    void statement(String who, String sql, long nanos) {
        if (log.isWarnEnabled()) {
            String shown = LoggedText.shortened(sql);
            log.atWarn()
                    .addKeyValue("transaction", who)
                    .addKeyValue("took_ms", millis(nanos))
                    .addKeyValue("sql", shown)
                    .log("{}: slow statement, took {} ms: {}", who, millis(nanos), shown);
        }
    }

    /**
     * @param report how its last attempt went
     * @param nanos how long it took, with all its attempts and the waits between them
     * @param conduct what it has sent, {@code null} if it has got no connection
     */
    void transaction(AttemptReport report, long nanos, @Nullable Conduct conduct) {
        LoggingEventBuilder line = log.atWarn()
                .addKeyValue("transaction", report.name())
                .addKeyValue("took_ms", millis(nanos))
                .addKeyValue("outcome", report.outcome())
                .addKeyValue("attempts", report.attempt())
                .addKeyValue("acquiring_ms", report.acquiring().toMillis())
                .addKeyValue("beginning_ms", report.beginning().toMillis())
                .addKeyValue("active_ms", report.active().toMillis())
                .addKeyValue("ending_ms", report.ending().toMillis())
                .addKeyValue("statements", report.statements());
        StringBuilder text = new StringBuilder(report.name())
                .append(": slow transaction, took ")
                .append(millis(nanos))
                .append(" ms")
                .append(report.attempt() == 1 ? "" : " in " + report.attempt() + " attempts, of which the last")
                .append(": ")
                .append(report.acquiring().toMillis())
                .append(" ms for a connection, ")
                .append(report.beginning().toMillis())
                .append(" ms for BEGIN, ")
                .append(report.active().toMillis())
                .append(" ms in its function, ")
                .append(report.ending().toMillis())
                .append(" ms for its end; ")
                .append(report.outcome())
                .append("; ")
                .append(report.statements())
                .append(report.statements() == 1 ? " statement" : " statements");
        if (conduct != null) {
            say(line, text, "slowest", conduct.slowestStatement(), conduct.slowestNanos());
            say(line, text, "last", conduct.endedLast(), conduct.lastNanos());
        }
        line.log(text.toString());
    }

    private static void say(
            LoggingEventBuilder line, StringBuilder text, String which, @Nullable String sql, long nanos) {
        if (sql != null) {
            String shown = LoggedText.shortened(sql);
            line.addKeyValue(which + "_ms", millis(nanos)).addKeyValue(which + "_sql", shown);
            text.append("; the ")
                    .append(which)
                    .append(" took ")
                    .append(millis(nanos))
                    .append(" ms: ")
                    .append(shown);
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
