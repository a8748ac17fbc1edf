package org.reactivesessions.wire;

import io.r2dbc.spi.R2dbcException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The gate of one scope: it decides whether a statement may still be sent. While it is open, every publisher that can put
 * a message on the wire passes through it; once it is closed, nothing is sent any more, whoever subscribes and from
 * whichever thread.
 *
 * <p>Both the decision and the sending happen on the connection's {@link WireExecutor}, so a statement is either enqueued
 * before the task that closes the gate, and therefore before ROLLBACK or COMMIT, or it is refused.
 *
 * <p><strong>Threads:</strong> thread-safe.
 *
 * @since 0.1
 */
public final class StatementGate {

    private static final Logger log = LoggerFactory.getLogger(StatementGate.class);

    private final WireExecutor executor;
    private final Consumer<Throwable> crash;
    // Both hold very few: a scope seldom has more than one statement open. Guarded by themselves.
    private final List<GatedSubscriber<?>> open = new ArrayList<>(2);
    private final List<Runnable> leftovers = new ArrayList<>(0);
    private volatile boolean closed;
    private volatile boolean doubtful;
    private final AtomicReference<@Nullable R2dbcException> firstError = new AtomicReference<>();

    /**
     * Creates an open gate.
     *
     * @param executor the connection's executor
     * @param crash hears what a subscriber of a gated publisher threw out of one of its methods; it must end the scope
     */
    public StatementGate(WireExecutor executor, Consumer<Throwable> crash) {
        this.executor = executor;
        this.crash = crash;
    }

    /**
     * Puts a publisher behind the gate.
     *
     * @param what what it does, for messages: its SQL text, never its values
     * @param source a publisher whose subscribe enqueues its messages before it returns
     * @param <T> the type of its elements
     * @return a cold flux that signals {@link IllegalStateException} and sends nothing once the gate is closed
     */
    public <T> Flux<T> flux(String what, Publisher<T> source) {
        return new GatedFlux<>(this, what, source);
    }

    /**
     * Puts a publisher of at most one element behind the gate.
     *
     * @param what what it does, for messages: its SQL text, never its values
     * @param source a publisher whose subscribe enqueues its messages before it returns
     * @param <T> the type of its element
     * @return a cold mono that signals {@link IllegalStateException} and sends nothing once the gate is closed
     */
    public <T> Mono<T> mono(String what, Publisher<T> source) {
        return new GatedMono<>(this, what, source);
    }

    /**
     * Closes the gate, then runs a continuation, both on the connection's executor: everything admitted earlier is enqueued
     * by then, and nothing follows.
     *
     * @param then what to do behind the closed gate
     */
    public void close(Runnable then) {
        executor.execute(() -> {
            closed = true;
            then.run();
        });
    }

    /**
     * Tells whether the gate is closed.
     *
     * @return whether every further statement is refused
     */
    public boolean isClosed() {
        return closed;
    }

    /**
     * Throws when the gate is closed.
     *
     * @throws IllegalStateException if the scope has ended
     */
    public void requireOpen() {
        if (closed) {
            throw refusal();
        }
    }

    /**
     * Names a statement that was sent and has neither ended nor been cancelled.
     *
     * @return its SQL text, or {@code null} when nothing is open
     */
    public @Nullable String openStatement() {
        synchronized (open) {
            return open.isEmpty() ? null : open.get(0).what();
        }
    }

    /**
     * Cancels what is still open and drains what was sent but never consumed. To be called on the connection's executor,
     * behind the closed gate.
     */
    public void abandonOpen() {
        copyOf(open).forEach(GatedSubscriber::cancel);
        List<Runnable> drains = copyOf(leftovers);
        synchronized (leftovers) {
            leftovers.clear();
        }
        drains.forEach(this::drain);
    }

    /** Outside the lock, because what is done with them is foreign code. */
    private static <T> List<T> copyOf(List<T> guarded) {
        synchronized (guarded) {
            return guarded.isEmpty() ? List.of() : List.copyOf(guarded);
        }
    }

    private void drain(Runnable leftover) {
        try {
            leftover.run();
        } catch (Throwable thrown) {
            misbehaved("draining a result", thrown);
        }
    }

    /**
     * Registers what has to be done at the end of the scope unless {@link #forget} comes first.
     *
     * @param leftover a task that drains a result nobody consumed
     */
    public void remember(Runnable leftover) {
        synchronized (leftovers) {
            leftovers.add(leftover);
        }
    }

    /**
     * Takes back {@link #remember}.
     *
     * @param leftover the task given there
     */
    public void forget(Runnable leftover) {
        synchronized (leftovers) {
            leftovers.remove(leftover);
        }
    }

    /** Declares the state of the connection uncertain: it has to be destroyed at the end of the scope. */
    public void doubt() {
        doubtful = true;
    }

    /**
     * Tells whether {@link #doubt} was called.
     *
     * @return whether the connection must not be used again
     */
    public boolean isDoubtful() {
        return doubtful;
    }

    /**
     * Returns the first error with an SQLSTATE that a gated publisher signalled.
     *
     * @return the first error of the database, or {@code null}
     */
    public @Nullable R2dbcException firstError() {
        return firstError.get();
    }

    WireExecutor executor() {
        return executor;
    }

    void opened(GatedSubscriber<?> subscriber) {
        synchronized (open) {
            open.add(subscriber);
        }
    }

    void ended(GatedSubscriber<?> subscriber, @Nullable Throwable error) {
        synchronized (open) {
            open.remove(subscriber);
        }
        if (error instanceof R2dbcException database && database.getSqlState() != null) {
            firstError.compareAndSet(null, database);
        }
    }

    /** A driver that throws where it must not cannot be trusted with another transaction, nor keep this one from ending. */
    void misbehaved(String doing, Throwable thrown) {
        log.warn("The driver failed at {}; its connection will be destroyed", doing, thrown);
        doubt();
    }

    void crashed(Throwable thrown) {
        crash.accept(thrown);
    }

    static IllegalStateException refusal() {
        return new IllegalStateException(
                "The scope of this session has ended, nothing was sent. Use a session only inside the function it was"
                        + " given to, and let the function's result complete after its last statement.");
    }
}
