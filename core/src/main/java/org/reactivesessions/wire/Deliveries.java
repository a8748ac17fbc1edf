package org.reactivesessions.wire;

/**
 * The elements that are on their way to their subscribers. Belongs to the event loop; for a driver without one it has
 * nothing to do, because there a task never runs inside a signal.
 */
final class Deliveries {

    private final WireExecutor executor;
    private final Waiting waiting;
    private int underWay;

    Deliveries(WireExecutor executor) {
        this.executor = executor;
        this.waiting = new Waiting(executor);
    }

    void begin() {
        if (executor.isConfined()) {
            underWay++;
        }
    }

    void end() {
        if (executor.isConfined() && --underWay == 0) {
            waiting.wake();
        }
    }

    /** Whether an element is under way; then the task runs when it has arrived. */
    boolean mustWait(Runnable task) {
        if (underWay == 0) {
            return false;
        }
        waiting.add(task);
        return true;
    }
}
