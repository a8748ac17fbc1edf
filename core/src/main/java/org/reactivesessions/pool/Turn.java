package org.reactivesessions.pool;

import java.util.ArrayList;
import java.util.List;

/**
 * The moment at which a connection has answered whoever had it before, for the one who has it now. Thread-safe.
 */
final class Turn {

    private final List<Runnable> waiting = new ArrayList<>(1);
    private boolean come;

    /** Runs a task when the moment has come: now, if it has. The task runs on the thread that lets it come. */
    void await(Runnable task) {
        synchronized (this) {
            if (!come) {
                waiting.add(task);
                return;
            }
        }
        task.run();
    }

    synchronized boolean hasCome() {
        return come;
    }

    /** Lets the moment come, once. */
    void come() {
        List<Runnable> tasks;
        synchronized (this) {
            come = true;
            tasks = List.copyOf(waiting);
            waiting.clear();
        }
        tasks.forEach(Runnable::run);
    }
}
