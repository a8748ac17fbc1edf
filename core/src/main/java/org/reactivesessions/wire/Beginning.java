package org.reactivesessions.wire;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What comes while the command that opens a scope is not answered. A statement that the scope's rule lets through is sent
 * behind that command, in the same flight; whatever comes after one that has to wait, waits too. If the command fails,
 * everything behind it gets its error.
 *
 * <p>A connection answers in the order in which it was asked, so an answer that comes before that of the command belongs to
 * something else, and the connection cannot be trusted.
 *
 * <p>Thread-safe: a driver without an event loop may answer on any thread, while another one sends.
 */
final class Beginning {

    private final Executor executor;
    private final Predicate<String> mayFollow;
    /** Made when the first has to wait; guarded by this. */
    private @Nullable Queue<Runnable> waiting;

    private volatile boolean answered;
    private volatile @Nullable Throwable failure;

    /** @param mayFollow decides on every statement until the first that must wait; it may remember */
    Beginning(Executor executor, Predicate<String> mayFollow) {
        this.executor = executor;
        this.mayFollow = mayFollow;
    }

    /** Whether a statement has to wait; then the task runs when the command was answered. */
    boolean mustWait(String what, Runnable task) {
        synchronized (this) {
            boolean anybody = waiting != null && !waiting.isEmpty();
            if (answered || (!anybody && mayFollow.test(what))) {
                return false;
            }
            if (waiting == null) {
                waiting = new ArrayDeque<>(2);
            }
            waiting.add(task);
            return true;
        }
    }

    /** Whether nobody has been told what the command was answered with. */
    boolean isPending() {
        return !answered;
    }

    /** What the command failed with, or {@code null}. */
    @Nullable
    Throwable failure() {
        return failure;
    }

    /** The command was answered well. */
    void succeeded() {
        synchronized (this) {
            answered = true;
        }
        wakeWaiting();
    }

    /** The command has failed; whoever is behind it is still to be told. */
    void failing(Throwable error) {
        failure = error;
    }

    /** Whoever waits comes again. */
    void wakeWaiting() {
        for (Runnable task = next(); task != null; task = next()) {
            executor.execute(task);
        }
    }

    private synchronized @Nullable Runnable next() {
        return waiting == null ? null : waiting.poll();
    }
}
