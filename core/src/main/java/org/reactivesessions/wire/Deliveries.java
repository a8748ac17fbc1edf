package org.reactivesessions.wire;

import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The elements that are on their way to their subscribers. Belongs to the event loop; for a driver without one it has
 * nothing to do, because there a task never runs inside a signal.
 */
final class Deliveries {

    private final WireExecutor executor;
    private final Queue<Runnable> waiting = new ArrayDeque<>(0);
    private int underWay;

    Deliveries(WireExecutor executor) {
        this.executor = executor;
    }

    void begin() {
        if (executor.isConfined()) {
            underWay++;
        }
    }

    void end() {
        if (executor.isConfined() && --underWay == 0) {
            for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
                executor.execute(task);
            }
        }
    }

    /** Whether an element is under way; then the task runs when it has arrived. */
    boolean mustWait(Runnable task) {
        return underWay > 0 && waiting.add(task);
    }
}
