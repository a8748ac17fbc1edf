package org.reactivesessions.observation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * What is written to the log, and how loudly. Nothing is built for a line that the configuration of the logger leaves out. The
 * loggers are {@code org.reactivesessions.transaction}, {@code .sql}, {@code .pool}, {@code .slow} and {@code .leak}; each line can
 * be read by itself, and carries the same as key-value pairs. Immutable.
 *
 * @since 0.1
 */
public final class LogOptions {

    private static final Duration SLOW = Duration.ofSeconds(2);

    private final Map<LogEvent, Level> levels;
    private final @Nullable Duration slowTransaction;
    private final @Nullable Duration slowStatement;
    private final boolean echo;
    private final boolean echoParameters;

    private LogOptions(
            Map<LogEvent, Level> levels,
            @Nullable Duration slowTransaction,
            @Nullable Duration slowStatement,
            boolean echo,
            boolean echoParameters) {
        this.levels = levels;
        this.slowTransaction = slowTransaction;
        this.slowStatement = slowStatement;
        this.echo = echo;
        this.echoParameters = echoParameters;
    }

    /**
     * Returns what holds if nothing is set: the level each {@link LogEvent} names, a line for each transaction and each statement
     * that took 2 s or longer, and no echo.
     *
     * @return the defaults
     */
    public static LogOptions defaults() {
        Map<LogEvent, Level> levels = new EnumMap<>(LogEvent.class);
        for (LogEvent event : LogEvent.values()) {
            levels.put(event, event.usual());
        }
        return new LogOptions(levels, SLOW, SLOW, false, false);
    }

    /**
     * Sets how loudly something is said.
     *
     * @param event what
     * @param level of the logger {@code org.reactivesessions.transaction}
     * @return a copy with that level
     */
    public LogOptions level(LogEvent event, Level level) {
        Objects.requireNonNull(level, "level must not be null; silent(event) says nothing");
        Map<LogEvent, Level> changed = new EnumMap<>(LogEvent.class);
        changed.putAll(levels);
        changed.put(event, level);
        return new LogOptions(changed, slowTransaction, slowStatement, echo, echoParameters);
    }

    /**
     * Says nothing of something.
     *
     * @param event what
     * @return a copy without that line
     */
    public LogOptions silent(LogEvent event) {
        Map<LogEvent, Level> changed = new EnumMap<>(LogEvent.class);
        changed.putAll(levels);
        changed.remove(event);
        return new LogOptions(changed, slowTransaction, slowStatement, echo, echoParameters);
    }

    /**
     * Sets from what time on a transaction is slow, all its attempts and the waits between them included. At its end a warning of
     * the logger {@code org.reactivesessions.slow} tells where the time went.
     *
     * @param limit more than zero, default 2 s
     * @return a copy with that limit
     * @throws IllegalArgumentException if it is not
     */
    public LogOptions slowTransaction(Duration limit) {
        return new LogOptions(
                levels,
                positive("slowTransaction", limit, "noSlowTransactions()"),
                slowStatement,
                echo,
                echoParameters);
    }

    /**
     * Names no slow transactions.
     *
     * @return a copy without that limit
     */
    public LogOptions noSlowTransactions() {
        return new LogOptions(levels, null, slowStatement, echo, echoParameters);
    }

    /**
     * Sets from what time on a statement is slow, from when it was sent until its last row was taken or it was cancelled. A
     * warning of the logger {@code org.reactivesessions.slow} gives its text, never its values.
     *
     * @param limit more than zero, default 2 s
     * @return a copy with that limit
     * @throws IllegalArgumentException if it is not
     */
    public LogOptions slowStatement(Duration limit) {
        return new LogOptions(
                levels, slowTransaction, positive("slowStatement", limit, "noSlowStatements()"), echo, echoParameters);
    }

    /**
     * Names no slow statements.
     *
     * @return a copy without that limit
     */
    public LogOptions noSlowStatements() {
        return new LogOptions(levels, slowTransaction, null, echo, echoParameters);
    }

    /**
     * Sets whether the text of every statement is logged when it is sent, with the name of its scope, and BEGIN, COMMIT and
     * ROLLBACK with them; values that are bound to it are not. For developing: what the text itself contains is in the log.
     *
     * @param loud {@code true} for INFO, default {@code false} for DEBUG, both of the logger {@code org.reactivesessions.sql}
     * @return a copy that does
     */
    public LogOptions echo(boolean loud) {
        return new LogOptions(levels, slowTransaction, slowStatement, loud, echoParameters);
    }

    /**
     * Sets whether the values that are bound to a statement are logged behind its text, at the level of {@link #echo}.
     *
     * <p><strong>Dangerous:</strong> the log then holds what people have entrusted to the database, and whoever reads it reads
     * that. Only where a text speaks of passwords, secrets, tokens or credentials are its values left out. Never in production.
     *
     * @param shown default {@code false}
     * @return a copy that does
     */
    public LogOptions echoParameters(boolean shown) {
        return new LogOptions(levels, slowTransaction, slowStatement, echo, shown);
    }

    private static Duration positive(String name, Duration limit, String off) {
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException(
                    name + " must be > 0, but was " + limit + "; " + off + " switches it off");
        }
        return limit;
    }

    /**
     * Returns how loudly something is said.
     *
     * @param event what
     * @return the level, {@code null} if it is not said
     */
    public @Nullable Level level(LogEvent event) {
        return levels.get(event);
    }

    /**
     * Returns from what time on a transaction is slow.
     *
     * @return the limit, {@code null} if there is none
     */
    public @Nullable Duration slowTransaction() {
        return slowTransaction;
    }

    /**
     * Returns from what time on a statement is slow.
     *
     * @return the limit, {@code null} if there is none
     */
    public @Nullable Duration slowStatement() {
        return slowStatement;
    }

    /**
     * Returns whether the text of what is sent is at INFO.
     *
     * @return otherwise it is at DEBUG
     */
    public boolean echo() {
        return echo;
    }

    /**
     * Returns whether bound values are logged.
     *
     * @return whether {@link #echoParameters(boolean)} was set
     */
    public boolean echoParameters() {
        return echoParameters;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof LogOptions that
                && levels.equals(that.levels)
                && Objects.equals(slowTransaction, that.slowTransaction)
                && Objects.equals(slowStatement, that.slowStatement)
                && echo == that.echo
                && echoParameters == that.echoParameters;
    }

    @Override
    public int hashCode() {
        return Objects.hash(levels, slowTransaction, slowStatement, echo, echoParameters);
    }

    @Override
    public String toString() {
        return "LogOptions[levels=" + levels + ", slowTransaction=" + slowTransaction + ", slowStatement="
                + slowStatement + ", echo=" + echo + ", echoParameters=" + echoParameters + "]";
    }
}
