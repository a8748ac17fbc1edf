package org.reactivesessions.jcstress;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/**
 * A timer on whose clock no time passes but by {@link #pass}. What is to happen at once happens on the caller's thread; what is to
 * happen later is kept until then. Thread-safe.
 */
public final class StillClock implements Scheduler, LongSupplier {

    private final AtomicLong now = new AtomicLong();
    private final @Nullable Queue<Later> waiting;

    /** Something for later. */
    private record Later(Runnable task, long due, Disposable gone) {}

    private StillClock(@Nullable Queue<Later> waiting) {
        this.waiting = waiting;
    }

    /** A clock whose time can pass. */
    public StillClock() {
        this(new ConcurrentLinkedQueue<>());
    }

    /** Puts a clock on which no time ever passes in the place of all of Reactor's own timers, and returns it. */
    public static StillClock everywhere() {
        StillClock still = new StillClock(null);
        Schedulers.setFactory(new Schedulers.Factory() {
            @Override
            public Scheduler newParallel(int parallelism, ThreadFactory threads) {
                return still;
            }

            @Override
            public Scheduler newSingle(ThreadFactory threads) {
                return still;
            }

            @Override
            public Scheduler newBoundedElastic(int threadCap, int taskCap, ThreadFactory threads, int ttlSeconds) {
                return still;
            }
        });
        return still;
    }

    /** Lets time pass, and what is due by then happen. */
    public void pass(long time, TimeUnit unit) {
        long then = now.addAndGet(unit.toNanos(time));
        Queue<Later> all = waiting;
        if (all != null) {
            for (Later each : all.toArray(new Later[0])) {
                if (each.due() - then <= 0 && all.remove(each) && !each.gone().isDisposed()) {
                    each.task().run();
                }
            }
        }
    }

    @Override
    public long getAsLong() {
        return now.get();
    }

    @Override
    public long now(TimeUnit unit) {
        return unit.convert(now.get(), TimeUnit.NANOSECONDS);
    }

    @Override
    public Disposable schedule(Runnable task) {
        task.run();
        return Disposables.disposed();
    }

    @Override
    public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
        if (delay <= 0) {
            return schedule(task);
        }
        Disposable gone = Disposables.single();
        if (waiting != null) {
            waiting.add(new Later(task, now.get() + unit.toNanos(delay), gone));
        }
        return gone;
    }

    @Override
    public Disposable schedulePeriodically(Runnable task, long initialDelay, long period, TimeUnit unit) {
        return Disposables.single(); // what comes again and again is of the pool, and nothing here depends on it
    }

    @Override
    public Worker createWorker() {
        return new Worker() {

            private final Disposable gone = Disposables.single();

            @Override
            public Disposable schedule(Runnable task) {
                return StillClock.this.schedule(task);
            }

            @Override
            public Disposable schedule(Runnable task, long delay, TimeUnit unit) {
                return StillClock.this.schedule(task, delay, unit);
            }

            @Override
            public void dispose() {
                gone.dispose();
            }

            @Override
            public boolean isDisposed() {
                return gone.isDisposed();
            }
        };
    }
}
