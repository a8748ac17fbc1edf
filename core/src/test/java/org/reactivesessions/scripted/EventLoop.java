package org.reactivesessions.scripted;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** One thread with the name {@code loop}, as a driver's event loop. Thread-safe. */
public final class EventLoop implements AutoCloseable {

    private static final long PATIENCE_SECONDS = 30;

    private final ExecutorService executor = Executors.newSingleThreadExecutor(task -> new Thread(task, "loop"));
    private final Scheduler scheduler = Schedulers.fromExecutorService(executor);

    /** What a driver exposes. */
    public Scheduler scheduler() {
        return scheduler;
    }

    /** Runs something on the loop and waits for its end. */
    public void run(Runnable task) {
        try {
            CompletableFuture.runAsync(task, executor).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (Exception failed) {
            throw new AssertionError("The loop did not run the task", failed);
        }
    }

    /** Waits until everything submitted so far, and what that submitted, has run. */
    public void settle() {
        for (int hop = 0; hop < 4; hop++) {
            run(() -> {});
        }
    }

    /** Keeps the loop busy until the returned action is run. */
    public Runnable occupy() {
        return occupy(() -> {});
    }

    /** Keeps the loop busy until the returned action is run, and with a task behind it. */
    public Runnable occupy(Runnable afterwards) {
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch free = new CountDownLatch(1);
        executor.execute(() -> {
            busy.countDown();
            await(free);
            afterwards.run();
        });
        await(busy);
        return free::countDown;
    }

    /** Waits for a latch. */
    public static void await(CountDownLatch latch) {
        try {
            if (!latch.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("Waited in vain");
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError(interrupted);
        }
    }

    @Override
    public void close() {
        executor.shutdown();
    }
}
