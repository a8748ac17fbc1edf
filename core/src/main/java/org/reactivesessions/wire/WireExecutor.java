package org.reactivesessions.wire;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Wrapped;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.scheduler.Scheduler;

/**
 * The one thread at a time that may touch a physical connection: every subscribe, request and cancel that reaches the
 * driver, and every BEGIN, COMMIT and ROLLBACK, runs as a task of it, in the order of {@link #execute}.
 *
 * <p>Confinement replaces locks: a task that closes a {@link StatementGate} and enqueues ROLLBACK can never interleave with
 * a task that enqueues a statement. It also keeps foreign threads out of r2dbc-postgresql's receive path, which may deliver
 * messages out of order when demand arrives from another thread (pgjdbc/r2dbc-postgresql #717).
 *
 * <p>A driver that exposes its event loop ({@code Wrapped.unwrap(Scheduler.class)}) gets its tasks there; any other driver
 * gets them on whichever thread comes first, one after another. A task never runs inside another task: what a task submits
 * runs after it. On an event loop, a task of another thread never runs inside a signal of the driver either.
 *
 * <p><strong>Threads:</strong> thread-safe. <strong>Ownership:</strong> one per physical connection, as long as that lives.
 *
 * @since 0.1
 */
public final class WireExecutor implements Executor {

    private static final Logger log = LoggerFactory.getLogger(WireExecutor.class);

    private final @Nullable Scheduler loop;
    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger pending = new AtomicInteger();
    private volatile @Nullable Thread loopThread;
    /** Compared with the current thread only, so a stale value can never match. */
    private @Nullable Thread runner;

    private WireExecutor(@Nullable Scheduler loop) {
        this.loop = loop;
        if (loop != null) {
            try {
                loop.schedule(() -> loopThread = Thread.currentThread());
            } catch (RejectedExecutionException gone) {
                log.debug("The event loop has gone; tasks run on the callers' threads", gone);
            }
        }
    }

    /**
     * Returns an executor for a physical connection.
     *
     * @param physical the driver's connection
     * @return an executor on the connection's event loop if the driver exposes one
     */
    public static WireExecutor of(Connection physical) {
        return new WireExecutor(physical instanceof Wrapped<?> wrapped ? wrapped.unwrap(Scheduler.class) : null);
    }

    /**
     * Runs a task after all tasks submitted before it: at once when the caller is on the right thread and nothing runs,
     * otherwise later.
     *
     * @param task what to run; what it throws is logged
     */
    @Override
    public void execute(Runnable task) {
        boolean here = mayRunHere();
        if (here && pending.compareAndSet(0, 1)) {
            runner = Thread.currentThread();
            runSafely(task);
            runner = null;
            if (pending.decrementAndGet() != 0) {
                drain(loop != null);
            }
            return;
        }
        waiting.add(here ? task : new Foreign(task));
        if (pending.getAndIncrement() == 0) {
            drainLater();
        }
    }

    /** A task of a thread that is not the loop. */
    private record Foreign(Runnable task) implements Runnable {

        @Override
        public void run() {
            task.run();
        }
    }

    /**
     * Tells whether the caller is on the thread that may touch the connection now.
     *
     * @return {@code true} on the event loop, or, for a driver without one, inside a task
     */
    public boolean isCurrent() {
        Thread current = Thread.currentThread();
        return current == loopThread || current == runner;
    }

    /** Whether the driver's signals come from the thread that runs the tasks. */
    boolean isConfined() {
        return loop != null;
    }

    private boolean mayRunHere() {
        return loop == null || Thread.currentThread() == loopThread;
    }

    private void drainLater() {
        if (loop == null) {
            drain(false);
            return;
        }
        try {
            loop.schedule(() -> drain(false));
        } catch (RejectedExecutionException gone) {
            log.debug("The event loop has gone; running its tasks here", gone);
            drain(false);
        }
    }

    /**
     * Runs what waits.
     *
     * @param insideSignal whether the caller may be in the middle of a signal of the driver. A foreign task must not run
     *     there: a cancel would reach operators that the signal is about to reach.
     */
    private void drain(boolean insideSignal) {
        runner = Thread.currentThread();
        int missed = pending.get();
        do {
            for (Runnable task = next(insideSignal); task != null; task = next(insideSignal)) {
                runSafely(task);
            }
            runner = null;
            if (insideSignal && !waiting.isEmpty()) {
                drainLater(); // pending stays as it is, so that nothing overtakes what waits
                return;
            }
            missed = pending.addAndGet(-missed);
            if (missed != 0) {
                runner = Thread.currentThread();
            }
        } while (missed != 0);
    }

    private @Nullable Runnable next(boolean insideSignal) {
        return insideSignal && waiting.peek() instanceof Foreign ? null : waiting.poll();
    }

    private static void runSafely(Runnable task) {
        try {
            task.run();
        } catch (Throwable thrown) {
            log.error("A task on a connection's thread failed", thrown);
        }
    }
}
