package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.wire.Conduct;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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
        LogLine line = new LogLine(log.atWarn());
        line.pair("transaction", report.name());
        line.pair("took_ms", millis(nanos));
        line.pair("outcome", report.outcome());
        line.pair("attempts", report.attempt());
        line.pair("acquiring_ms", report.acquiring().toMillis());
        line.pair("beginning_ms", report.beginning().toMillis());
        line.pair("active_ms", report.active().toMillis());
        line.pair("ending_ms", report.ending().toMillis());
        line.pair("statements", report.statements());
        line.say(report.name(), ": slow transaction, took ", millis(nanos), " ms");
        if (report.attempt() > 1) {
            line.say(" in ", report.attempt(), " attempts, of which the last");
        }
        line.say(": ", report.acquiring().toMillis(), " ms for a connection, ");
        line.say(
                report.beginning().toMillis(),
                " ms for BEGIN, ",
                report.active().toMillis(),
                " ms in its function, ");
        line.say(report.ending().toMillis(), " ms for its end; ", report.outcome(), "; ");
        line.say(report.statements(), report.statements() == 1 ? " statement" : " statements");
        if (conduct != null) {
            say(line, "slowest", conduct.slowestStatement(), conduct.slowestNanos());
            say(line, "last", conduct.endedLast(), conduct.lastNanos());
        }
        line.write();
    }

    private static void say(LogLine line, String which, @Nullable String sql, long nanos) {
        if (sql != null) {
            String shown = LoggedText.shortened(sql);
            line.pair(which + "_ms", millis(nanos));
            line.pair(which + "_sql", shown);
            line.say("; the ", which, " took ", millis(nanos), " ms: ", shown);
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
