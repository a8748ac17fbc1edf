package org.reactivesessions.wire;

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
 * <p>Belongs to the executor.
 */
final class Beginning {

    private final Predicate<String> mayFollow;
    private final Waiting waiting;
    private boolean answered;
    private @Nullable Throwable failure;

    /** @param mayFollow decides on every statement until the first that must wait; it may remember */
    Beginning(Executor executor, Predicate<String> mayFollow) {
        this.mayFollow = mayFollow;
        this.waiting = new Waiting(executor);
    }

    /** Whether a statement has to wait; then the task runs when the command was answered. */
    boolean mustWait(String what, Runnable task) {
        if (answered || (waiting.isEmpty() && mayFollow.test(what))) {
            return false;
        }
        waiting.add(task);
        return true;
    }

    /** Whether the command is not answered yet. */
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
        answered = true;
        wakeWaiting();
    }

    /** The command has failed. */
    void failed(Throwable error) {
        failure = error;
        succeeded(); // whoever waits comes again, and finds out
    }

    /** Whoever waits comes again. */
    void wakeWaiting() {
        waiting.wake();
    }
}
