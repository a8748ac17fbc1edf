package org.reactivesessions.postgres.cancelrun;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** Very many transactions, some at a time, most of them cancelled at a random moment. Not thread-safe. */
final class Traffic implements AutoCloseable {

    /** Connections in the pool. */
    static final int POOL = 8;

    /** How long nothing may happen. */
    static final Duration STALL = Duration.ofSeconds(60);

    /** Callers at a time. */
    static final int IN_FLIGHT = 16;

    private static final int CANCELLERS = 2;

    private final Contestant contestant;
    private final Tracks tracks;
    private final Semaphore slots = new Semaphore(IN_FLIGHT);
    private final ScheduledExecutorService cancellers = Executors.newScheduledThreadPool(CANCELLERS, Traffic::daemon);

    Traffic(Contestant contestant, Tracks tracks) {
        this.contestant = contestant;
        this.tracks = tracks;
    }

    /**
     * Runs transactions; the calling thread subscribes to all of them.
     *
     * @param plans gives the plan of each
     * @param progress hears how many were started, before each
     * @return {@code false} if nothing happened for {@link #STALL}, although not all had ended
     */
    boolean run(int transactions, IntFunction<Plan> plans, IntConsumer progress) throws InterruptedException {
        for (int number = 0; number < transactions; number++) {
            if (!slots.tryAcquire(STALL.toMillis(), TimeUnit.MILLISECONDS)) {
                return false;
            }
            progress.accept(number);
            start(tracks.add(plans.apply(number)));
        }
        boolean ended = slots.tryAcquire(IN_FLIGHT, STALL.toMillis(), TimeUnit.MILLISECONDS);
        if (ended) {
            slots.release(IN_FLIGHT);
        }
        return ended;
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "canceller");
        thread.setDaemon(true);
        return thread;
    }

    private void start(Track track) {
        Caller caller = new Caller(track, slots::release);
        Plan plan = track.plan();
        if (plan.aim() != null) {
            track.whenReached(plan.aim(), () -> schedule(caller, plan));
        } else if (plan.isCancelled()) {
            schedule(caller, plan);
        }
        contestant.transaction(track).subscribe(caller);
    }

    private void schedule(Runnable cancel, Plan plan) {
        ScheduledFuture<?> unused = cancellers.schedule(cancel, plan.cancelAfterNanos(), TimeUnit.NANOSECONDS);
    }

    /** Transactions whose caller still waits. */
    int waiting() {
        return IN_FLIGHT - slots.availablePermits();
    }

    @Override
    public void close() {
        cancellers.shutdownNow();
    }
}
