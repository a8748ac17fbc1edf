package org.reactivesessions.wire;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A nested scope on its way in. It waits for one that is on its way out, and for rows that could stop: nobody could take its
 * SAVEPOINT back if it waited behind them. Belongs to the executor.
 */
final class NestedEntrance implements BehindRows.Newcomer {

    private final StatementGate outer;
    private final String name;
    private final Consumer<Throwable> crash;
    private final StatementGate.Entrant entrant;
    private boolean came;
    private boolean over;

    NestedEntrance(StatementGate outer, String name, Consumer<Throwable> crash, StatementGate.Entrant entrant) {
        this.outer = outer;
        this.name = name;
        this.crash = crash;
        this.entrant = entrant;
    }

    @Override
    public void run() {
        if (over || outer.mustWait(this, false)) {
            return;
        }
        Throwable refusal = outer.refusal();
        if (refusal != null) {
            refused(refusal);
            return;
        }
        if (outer.mustWaitForBegin(what(), this)) {
            return;
        }
        boolean first = !came;
        came = true;
        if (outer.behindRows().mustWait(this, first)) {
            return;
        }
        over = true;
        entrant.entered(outer.openNested(name, crash));
    }

    @Override
    public String what() {
        return "SAVEPOINT of " + name;
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public boolean mayBeSentBehind() {
        return false;
    }

    @Override
    public @Nullable GatedSubscriber<?> sent() {
        return null;
    }

    @Override
    public void stuck(Throwable why) {
        refused(why);
    }

    private void refused(Throwable why) {
        if (!over) {
            over = true;
            entrant.refused(why);
        }
    }
}
