package org.reactivesessions.wire;

import io.r2dbc.spi.R2dbcException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
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
 * <p>A nested scope has a gate of its own inside the gate of its parent. While it is there, the parent's statements are
 * refused: beside a savepoint that is rolled back they would be lost without a word. While it is on its way out, they wait.
 * What is open, or doubtful, inside counts for the parent too, and a closed parent closes everything inside.
 *
 * <p><strong>Threads:</strong> thread-safe.
 *
 * @since 0.1
 */
public final class StatementGate {

    private static final Logger log = LoggerFactory.getLogger(StatementGate.class);

    private final WireExecutor executor;
    private final Consumer<Throwable> crash;
    // All hold very few: a scope seldom has more than one statement open. Guarded by themselves.
    private final List<GatedSubscriber<?>> open = new ArrayList<>(2);
    private final List<Runnable> leftovers = new ArrayList<>(0);
    private final List<Guest> guests = new ArrayList<>(0);
    private final @Nullable StatementGate parent;
    private volatile boolean closed;
    private volatile boolean doubtful;
    private volatile boolean interrupted;
    private final AtomicReference<@Nullable R2dbcException> firstError = new AtomicReference<>();
    private volatile @Nullable NestedScope nested;
    /** What waits for the nested scope to leave; belongs to the executor. */
    private final Queue<Runnable> waiting = new ArrayDeque<>(0);

    // Both belong to the event loop; without one, a task never runs inside a signal anyway.
    private int delivering;
    private final Queue<Runnable> afterDelivery = new ArrayDeque<>(0);

    private record NestedScope(String name, StatementGate gate, Guest guest) {}

    /**
     * A scope inside this one. Compared by identity.
     */
    public static final class Guest {

        private final String name;
        private final Consumer<Throwable> ending;

        /**
         * Describes a scope.
         *
         * @param name its name, for messages
         * @param ending is told to end if the scope is still there when the gate is closed
         */
        public Guest(String name, Consumer<Throwable> ending) {
            this.name = name;
            this.ending = ending;
        }
    }

    /**
     * Creates an open gate.
     *
     * @param executor the connection's executor
     * @param crash hears what a subscriber of a gated publisher threw out of one of its methods; it must end the scope
     */
    public StatementGate(WireExecutor executor, Consumer<Throwable> crash) {
        this(executor, crash, null);
    }

    private StatementGate(WireExecutor executor, Consumer<Throwable> crash, @Nullable StatementGate parent) {
        this.executor = executor;
        this.crash = crash;
        this.parent = parent;
    }

    /** Who wants to open a nested scope. */
    public interface Entrant {

        /**
         * The nested scope is open: the parent's statements are refused until {@link StatementGate#leave}.
         *
         * @param gate the gate of the nested scope
         */
        void entered(StatementGate gate);

        /**
         * The nested scope cannot be opened.
         *
         * @param error why
         */
        void refused(Throwable error);
    }

    /**
     * Opens a nested scope, as soon as one that is on its way out has left. There can be one at a time.
     *
     * @param name the name of the nested scope, for messages
     * @param childCrash the nested scope's, see the constructor
     * @param entrant hears what becomes of it, once, on the executor
     */
    public void enter(String name, Consumer<Throwable> childCrash, Entrant entrant) {
        executor.execute(() -> enterHere(name, childCrash, entrant));
    }

    private void enterHere(String name, Consumer<Throwable> childCrash, Entrant entrant) {
        if (mustWait(() -> enterHere(name, childCrash, entrant), false)) {
            return;
        }
        IllegalStateException refusal = refusal();
        if (refusal == null) {
            StatementGate child = new StatementGate(executor, childCrash, this);
            Guest guest = new Guest(name, childCrash);
            nested = new NestedScope(name, child, guest);
            host(guest);
            entrant.entered(child);
        } else {
            entrant.refused(refusal);
        }
    }

    /**
     * Ends a nested scope's stay: the statements of its parent may be sent again.
     *
     * @throws IllegalStateException if this is not the gate of a nested scope
     */
    public void leave() {
        StatementGate outer = parent;
        if (outer == null) {
            throw new IllegalStateException("This is the gate of no nested scope");
        }
        shut(); // so that whatever comes before the next line's task waits for it
        executor.execute(outer::forgetNested);
    }

    private void forgetNested() {
        NestedScope gone = nested;
        if (gone != null) {
            nested = null;
            dismiss(gone.guest);
            wakeWaiting();
        }
    }

    /**
     * On the executor: whether a nested scope is on its way out, or, for who is patient, there at all; then the task runs
     * when it has left.
     */
    boolean mustWait(Runnable task, boolean patient) {
        NestedScope inside = nested;
        if (inside == null || !(patient || inside.gate.closed) || isClosed()) {
            return false;
        }
        waiting.add(task);
        return true;
    }

    private void wakeWaiting() {
        for (Runnable task = waiting.poll(); task != null; task = waiting.poll()) {
            executor.execute(task);
        }
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
        return new GatedFlux<>(this, what, source, false);
    }

    /**
     * Puts a publisher behind the gate that waits while a nested scope is open, instead of being refused: for what reads on
     * from where it was, such as a cursor.
     *
     * @param what what it does, for messages: its SQL text, never its values
     * @param source a publisher whose subscribe enqueues its messages before it returns
     * @param <T> the type of its elements
     * @return a cold flux that signals {@link IllegalStateException} and sends nothing once the gate is closed
     */
    public <T> Flux<T> fluxInTurn(String what, Publisher<T> source) {
        return new GatedFlux<>(this, what, source, true);
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
     * Closes the gate at once, then runs a continuation, both on the connection's executor: everything admitted earlier is
     * enqueued by then, and nothing follows. Scopes that are still inside are told to end.
     *
     * @param then what to do behind the closed gate
     */
    public void close(Runnable then) {
        executor.execute(() -> closeHere(then));
    }

    /**
     * The same as {@link #close}, but not before a nested scope that is on its way out has left, nor in the middle of an
     * element that is being delivered: the operators it passes through may have a cancel in hand that has not reached us.
     *
     * @param then what to do behind the closed gate
     */
    public void closeOrderly(Runnable then) {
        executor.execute(() -> closeOrderlyHere(then));
    }

    /**
     * Closes the gate if the caller is on the connection's executor, where nothing can come in between; {@link #close} is
     * to follow.
     *
     * @return whether the gate is closed
     */
    public boolean shut() {
        if (!executor.isCurrent()) {
            return false;
        }
        closed = true;
        return true;
    }

    private void closeOrderlyHere(Runnable then) {
        if (delivering > 0) {
            afterDelivery.add(() -> closeOrderlyHere(then));
        } else if (!mustWait(() -> closeOrderlyHere(then), false)) {
            closeHere(then);
        }
    }

    private void closeHere(Runnable then) {
        closed = true;
        wakeWaiting(); // to be refused
        then.run();
        copyOf(guests).forEach(guest -> guest.ending.accept(ended()));
    }

    /**
     * Counts a scope that is inside this one.
     *
     * @param guest counts until {@link #dismiss}
     */
    public void host(Guest guest) {
        synchronized (guests) {
            guests.add(guest);
        }
    }

    /**
     * Takes back {@link #host}.
     *
     * @param guest the one given there
     */
    public void dismiss(Guest guest) {
        synchronized (guests) {
            guests.remove(guest);
        }
    }

    /**
     * Tells whether the gate is closed.
     *
     * @return whether every further statement is refused
     */
    public boolean isClosed() {
        return closed || (parent != null && parent.isClosed());
    }

    /**
     * Throws when the gate is closed.
     *
     * @throws IllegalStateException if the scope has ended
     */
    public void requireOpen() {
        if (isClosed()) {
            throw ended();
        }
    }

    /**
     * Names a scope that is inside this one.
     *
     * @return the name of a nested or joined scope that has not ended, or {@code null} when there is none
     */
    public @Nullable String innerScope() {
        synchronized (guests) {
            return guests.isEmpty() ? null : guests.get(0).name;
        }
    }

    /**
     * Tells whether a statement was cancelled before its end, so that the database may still be busy with it.
     *
     * @return whether the last answer was not waited for
     */
    public boolean isInterrupted() {
        return interrupted;
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
        if (parent != null) {
            parent.remember(leftover);
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
        if (parent != null) {
            parent.forget(leftover);
        }
    }

    /** Declares the state of the connection uncertain: it has to be destroyed at the end of the scope. */
    public void doubt() {
        doubtful = true;
        if (parent != null) {
            parent.doubt();
        }
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

    /** An element is on its way to its subscriber, on the event loop. */
    void delivering() {
        if (executor.isConfined()) {
            delivering++;
        }
    }

    /** It has arrived. */
    void delivered() {
        if (executor.isConfined() && --delivering == 0) {
            for (Runnable task = afterDelivery.poll(); task != null; task = afterDelivery.poll()) {
                executor.execute(task);
            }
        }
    }

    WireExecutor executor() {
        return executor;
    }

    void opened(GatedSubscriber<?> subscriber) {
        synchronized (open) {
            open.add(subscriber);
        }
        if (parent != null) {
            parent.opened(subscriber);
        }
    }

    void ended(GatedSubscriber<?> subscriber, @Nullable Throwable error) {
        if (error instanceof R2dbcException database && database.getSqlState() != null) {
            firstError.compareAndSet(null, database);
        }
        closed(subscriber, false);
    }

    void cancelled(GatedSubscriber<?> subscriber) {
        closed(subscriber, true);
    }

    private void closed(GatedSubscriber<?> subscriber, boolean early) {
        boolean wasOpen;
        synchronized (open) {
            wasOpen = open.remove(subscriber);
        }
        if (early && wasOpen) {
            interrupted = true;
        }
        if (parent != null) {
            parent.closed(subscriber, early);
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

    /** Why a statement must not be sent now, or {@code null} if it may. */
    @Nullable
    IllegalStateException refusal() {
        if (isClosed()) {
            return ended();
        }
        NestedScope inside = nested;
        return inside == null
                ? null
                : new IllegalStateException(
                        "The nested scope \"" + inside.name + "\" is open, nothing was sent: beside it,"
                                + " a statement of the outer scope would be lost if it rolled back. Use the session of the nested"
                                + " scope, or let it end first; nested scopes run one after the other.");
    }

    /**
     * Makes the answer to whatever comes after the end of a scope.
     *
     * @return a new error
     */
    public static IllegalStateException ended() {
        return new IllegalStateException(
                "The scope of this session has ended, nothing was sent. Use a session only inside the function it was"
                        + " given to, and let the function's result complete after its last statement.");
    }
}
