package org.reactivesessions.wire;

import io.r2dbc.spi.Statement;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What was done on a connection in one scope and everything nested in it, as far as it decides what may be done with the
 * connection before its last answer has come. Written on the executor, read anywhere.
 *
 * @since 0.1
 */
public final class Conduct {

    private static final Logger log = LoggerFactory.getLogger(Conduct.class);

    /** The union of {@link SqlEffect}s. */
    private volatile int effects;

    private volatile boolean failed;

    private volatile int statements;
    private volatile @Nullable String lastStatement;

    /** Set before anything is sent. */
    private volatile @Nullable Consumer<String> listener;

    // Set before anything is sent; the name is written first.
    private String scope = "";
    private volatile @Nullable GateWatch watch;

    // How long statements took, as far as that is wanted. Written on the executor.
    private volatile @Nullable String slowestStatement;
    private volatile long slowest;
    private volatile @Nullable String endedLast;
    private volatile long last;

    Conduct() {}

    /**
     * Sets who watches.
     *
     * @param name of the scope whose connection it is
     * @param newWatch hears of whoever is slow, or late
     */
    public void watchedBy(String name, GateWatch newWatch) {
        scope = name;
        watch = newWatch;
    }

    /** Who times statements, {@code null} if nobody does. */
    @Nullable
    GateWatch timer() {
        GateWatch watching = watch;
        return watching != null && watching.times() ? watching : null;
    }

    /** A statement that was timed has ended. */
    void took(GateWatch timer, String sql, long nanos) {
        endedLast = sql;
        last = nanos;
        if (slowestStatement == null || nanos > slowest) {
            slowestStatement = sql;
            slowest = nanos;
        }
        if (nanos >= timer.slowAfter()) {
            timer.slow(scope, sql, nanos);
        }
    }

    /** Somebody has come too late. */
    void usedAfterEnd(IllegalStateException use, boolean cutShort) {
        GateWatch watching = watch;
        if (watching != null) {
            watching.usedAfterEnd(scope, use, cutShort);
        }
    }

    /** A statement of the driver's, which tells its values if somebody wants them. */
    Statement echoing(String sql, Statement physical) {
        GateWatch watching = watch;
        return watching == null || !watching.showsValues()
                ? physical
                : new BoundValues(physical, sql, values -> watching.values(scope, sql, values));
    }

    /**
     * Sets who hears the text of everything that is sent, and what the scope itself sends.
     *
     * @param newListener called on the executor, before the text is sent; must not block, and what it throws is ignored
     */
    public void listen(Consumer<String> newListener) {
        listener = newListener;
    }

    /**
     * Tells the listener, if there is one, of a command of the scope's own.
     *
     * @param text the command
     */
    public void tell(String text) {
        Consumer<String> hearing = listener;
        if (hearing != null) {
            try {
                hearing.accept(text);
            } catch (Throwable thrown) {
                log.warn("What is sent could not be told", thrown);
            }
        }
    }

    /** A statement has its turn, of which there may be several messages. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // by the executor alone
    void statement(String sql) {
        statements++;
        lastStatement = sql;
    }

    void sent(String sql) {
        tell(sql);
        int before = effects;
        int now = before | SqlEffect.of(sql);
        if (now != before) {
            effects = now;
        }
    }

    void failed() {
        failed = true;
    }

    /**
     * Counts what was sent, without what the scopes send themselves.
     *
     * @return how many statements
     */
    public int statements() {
        return statements;
    }

    /**
     * Returns the text that was sent last.
     *
     * @return SQL without what is bound to it, or {@code null} before the first statement
     */
    public @Nullable String lastStatement() {
        return lastStatement;
    }

    /**
     * Returns which statement took longest.
     *
     * @return its text, or {@code null} if none has ended, or nobody times them
     */
    public @Nullable String slowestStatement() {
        return slowestStatement;
    }

    /**
     * Returns how long {@link #slowestStatement} took.
     *
     * @return nanoseconds
     */
    public long slowestNanos() {
        return slowest;
    }

    /**
     * Returns which statement has ended last.
     *
     * @return its text, or {@code null} if none has ended, or nobody times them
     */
    public @Nullable String endedLast() {
        return endedLast;
    }

    /**
     * Returns how long {@link #endedLast} took.
     *
     * @return nanoseconds
     */
    public long lastNanos() {
        return last;
    }

    /**
     * Tells whether every statement was one plain SELECT, VALUES, TABLE or WITH.
     *
     * @return whether nothing else was sent
     */
    public boolean isReading() {
        return !has(SqlEffect.NOT_READING);
    }

    /**
     * Tells whether every statement was plain and none ended with an error.
     *
     * @return whether nothing is known of the scope that could outlast its COMMIT
     */
    public boolean isPlain() {
        return !has(SqlEffect.NOT_PLAIN) && !failed;
    }

    /**
     * Tells whether a statement may have changed settings of the session.
     *
     * @return whether the settings of the connection are not certain any more
     */
    public boolean isUnsettled() {
        return has(SqlEffect.UNSETTLING);
    }

    /**
     * Tells whether a statement may have left what ROLLBACK does not take back, such as a lock of the session, a prepared
     * statement, or changed settings.
     *
     * @return whether somebody who uses another connection could meet it
     */
    public boolean mayOutlastRollback() {
        return has(SqlEffect.OUTLASTS_ROLLBACK);
    }

    /**
     * Tells what may be left on the connection when the scope has ended, however it has.
     *
     * @return what has to be taken away before somebody else gets the connection; whoever has left anything is not plain
     */
    public Residue residue() {
        if (has(SqlEffect.LASTS)) {
            return Residue.BEYOND_RESET;
        }
        if (has(SqlEffect.OF_SESSION)) {
            return Residue.SESSION;
        }
        return has(SqlEffect.LOCAL) ? Residue.LOCAL : Residue.NONE;
    }

    private boolean has(int effect) {
        return (effects & effect) != 0;
    }
}
