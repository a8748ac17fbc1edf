package org.reactivesessions.wire;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.wire.BehindRows.Newcomer;
import reactor.core.publisher.Operators;

/**
 * How far one statement's rows were asked for, and who waits behind them. Belongs to the executor.
 */
final class Pace {

    private final BehindRows rule;
    private long demand;
    private boolean asked;
    private long pausedAt;
    private boolean delivering;
    private @Nullable List<Waiting> waiting;

    private record Waiting(Newcomer newcomer, boolean cameOutOfARow) {}

    Pace(BehindRows rule) {
        this.rule = rule;
    }

    void asked(long n) {
        asked = true;
        demand = Operators.addCap(demand, n);
        letGo();
    }

    void delivering() {
        delivering = true;
        if (demand != Long.MAX_VALUE && demand > 0 && --demand == 0) {
            pausedAt = rule.now();
        }
    }

    void delivered() {
        delivering = false;
    }

    /** Whether rows come only as they are asked for. */
    boolean isBounded() {
        return demand != Long.MAX_VALUE;
    }

    /** Whether nobody has asked for a further row. */
    boolean isPaused() {
        return demand == 0;
    }

    /** For how many nanoseconds nobody has. */
    long pausedFor(long now) {
        return asked ? now - pausedAt : Long.MAX_VALUE;
    }

    /** Holds a newcomer back until the rows go on or are over. */
    void hold(Newcomer newcomer) {
        if (waiting == null) {
            waiting = new ArrayList<>(1);
        }
        waiting.add(new Waiting(newcomer, delivering));
    }

    /** There is a row that nobody has asked for: who came out of the one before would wait for ever. */
    void more(GatedSubscriber<?> rows) {
        if (waiting == null) {
            return;
        }
        List<Waiting> stuck = waiting.stream().filter(Waiting::cameOutOfARow).toList();
        waiting.removeAll(stuck);
        stuck.forEach(each -> BehindRows.refuse(each.newcomer, rows, "it came out of one of them"));
    }

    /** The rows go on, or are over. */
    void letGo() {
        List<Waiting> all = waiting;
        if (all != null) {
            waiting = null;
            all.forEach(each -> rule.comeAgain(each.newcomer));
        }
    }
}
