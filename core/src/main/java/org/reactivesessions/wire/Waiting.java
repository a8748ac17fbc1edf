package org.reactivesessions.wire;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that wait for something and then come again, in their order. Hardly ever is there one, so nothing is kept for them
 * before. Belongs to the executor.
 */
final class Waiting {

    private final Executor executor;
    private @Nullable Queue<Runnable> tasks;

    Waiting(Executor executor) {
        this.executor = executor;
    }

    boolean isEmpty() {
        return tasks == null || tasks.isEmpty();
    }

    void add(Runnable task) {
        if (tasks == null) {
            tasks = new ArrayDeque<>(2);
        }
        tasks.add(task);
    }

    /** Lets all of them come again. */
    void wake() {
        if (tasks != null) {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                executor.execute(task);
            }
        }
    }
}
