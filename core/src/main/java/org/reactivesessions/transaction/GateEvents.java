package org.reactivesessions.transaction;

import java.util.function.LongSupplier;
import org.reactivesessions.wire.GateWatch;

/**
 * What is logged of what happens behind the gates. Thread-safe.
 *
 * @param clock a monotonic clock in nanoseconds
 */
record GateEvents(SqlLog sql, SlowLog slowLog, LateUses lateUses, LongSupplier clock) implements GateWatch {

    @Override
    public boolean times() {
        return slowLog.timesStatements();
    }

    @Override
    public long nanoTime() {
        return clock.getAsLong();
    }

    @Override
    public long slowAfter() {
        return slowLog.statementAfter();
    }

    @Override
    public void slow(String scope, String text, long nanos) {
        slowLog.statement(scope, text, nanos);
    }

    @Override
    public void usedAfterEnd(String scope, IllegalStateException use, boolean cutShort) {
        lateUses.used(scope, use, cutShort);
    }

    @Override
    public boolean showsValues() {
        return sql.showsValues();
    }

    @Override
    public void values(String scope, String text, String values) {
        sql.values(scope, text, values);
    }
}
