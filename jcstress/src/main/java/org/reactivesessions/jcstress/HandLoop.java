package org.reactivesessions.jcstress;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/** A driver's event loop that goes on only when {@link #turn} is called, on whatever thread plays it. Thread-safe. */
public final class HandLoop implements Scheduler {

    private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();

    /** Runs what was given to the loop so far, and what comes meanwhile. */
    public void turn() {
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
            task.run();
        }
    }

    @Override
    public Disposable schedule(Runnable task) {
        tasks.add(task);
        return Disposables.disposed();
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        return schedule(task);
    }

    @Override
    public Worker createWorker() {
        throw new UnsupportedOperationException("An event loop is given tasks one by one");
    }
}
