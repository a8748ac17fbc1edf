package org.reactivesessions.wire;

import io.r2dbc.spi.R2dbcException;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
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
    private final Patience patience;
    private final @Nullable StatementGate parent;
    private final OpenStatements statements;
    private final BehindRows behindRows;
    private final InnerScopes inner;
    private volatile boolean closed;
    private volatile boolean leaving;
    private volatile boolean doubtful;
    private volatile boolean cutShort;
    /** Where the end was decided, if that is kept. */
    private volatile @Nullable Throwable end;

    private volatile UnaryOperator<Throwable> describer;
    private final Deliveries deliveries;
    private final Conduct conduct;
    /** Set before the scope's first statement. */
    private volatile @Nullable Beginning beginning;

    /**
     * Creates an open gate with default patience.
     *
     * @param executor the connection's executor
     * @param crash hears what a subscriber of a gated publisher threw out of one of its methods; it must end the scope
     */
    public StatementGate(WireExecutor executor, Consumer<Throwable> crash) {
        this(executor, crash, Patience.defaults());
    }

    /**
     * Creates an open gate.
     *
     * @param executor the connection's executor
     * @param crash hears what a subscriber of a gated publisher threw out of one of its methods; it must end the scope
     * @param patience how long a statement waits behind rows nobody asks for
     */
    public StatementGate(WireExecutor executor, Consumer<Throwable> crash, Patience patience) {
        this(executor, crash, patience, null);
    }

    private StatementGate(
            WireExecutor executor, Consumer<Throwable> crash, Patience patience, @Nullable StatementGate parent) {
        this.executor = executor;
        this.crash = crash;
        this.patience = patience;
        this.parent = parent;
        this.describer = parent == null ? UnaryOperator.identity() : parent.describer;
        this.statements = new OpenStatements(parent == null ? null : parent.statements);
        this.behindRows = new BehindRows(statements, executor, patience);
        this.inner = new InnerScopes(executor);
        this.deliveries = new Deliveries(executor);
        this.conduct = parent == null ? new Conduct() : parent.conduct;
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
     * Opens a nested scope, as soon as one that is on its way out has left and no rows are being read. There can be one at a
     * time.
     *
     * @param name the name of the nested scope, for messages
     * @param childCrash the nested scope's, see the constructor
     * @param entrant hears what becomes of it, once, on the executor
     */
    public void enter(String name, Consumer<Throwable> childCrash, Entrant entrant) {
        Throwable late = lateness();
        executor.execute(
                late == null ? new NestedEntrance(this, name, childCrash, entrant) : () -> entrant.refused(late));
    }

    /** On the executor: the gate of a nested scope that may be opened now. */
    StatementGate openNested(String name, Consumer<Throwable> childCrash) {
        StatementGate child = new StatementGate(executor, childCrash, patience, this);
        inner.opened(new Guest(name, childCrash), child);
        return child;
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
        executor.execute(outer.inner::left);
    }

    /** On the executor: whether a nested scope has to leave first; then the task runs when it has left. */
    boolean mustWait(Runnable task, boolean patient) {
        return !isClosed() && inner.mustWait(task, patient);
    }

    /**
     * Lets statements come before the command that opens the scope is answered. To be called before the first of them;
     * {@link #begun} or {@link #beginFailed} is to follow.
     *
     * @param mayFollow decides, on the executor, whether a statement may be sent behind that command, in the same flight; it
     *     is asked in their order, and not any more once one has to wait
     */
    public void expectBegin(Predicate<String> mayFollow) {
        beginning = new Beginning(executor, mayFollow);
    }

    /** The command that opens the scope was answered well. To be called before anything behind it is delivered. */
    public void begun() {
        Beginning expected = beginning;
        if (expected != null) {
            expected.succeeded();
        }
    }

    /**
     * The command that opens the scope has failed: everything sent behind it, and everything that waits, gets its error and
     * none of its own answers.
     *
     * @param error what it failed with
     */
    public void beginFailed(Throwable error) {
        Beginning expected = beginning;
        if (expected != null) {
            expected.failing(error); // at once, because answers to what is behind it may come before the task runs
            executor.execute(() -> {
                statements.fail(error);
                expected.succeeded(); // whoever waits comes again, and finds out
            });
        }
    }

    /** Whether a statement, or a nested scope, has to wait for the scope to begin; then the task runs again. */
    boolean mustWaitForBegin(String what, Runnable task) {
        Beginning expected = beginning;
        return expected != null && !closed && expected.mustWait(what, task);
    }

    /** Whether the command that opens the scope, or one around it, is not answered yet. */
    boolean isBeginning() {
        Beginning expected = beginning;
        return (expected != null && expected.isPending()) || (parent != null && parent.isBeginning());
    }

    /**
     * Returns what is known of the statements that were sent on the connection in this scope and inside it.
     *
     * @return one for a scope and everything nested in it
     */
    public Conduct conduct() {
        return conduct;
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
        return new GatedFlux<>(this, what, source, Passage.STATEMENT);
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
        return new GatedMono<>(this, what, source, Passage.STATEMENT);
    }

    /** A publisher behind the gate, of a kind. */
    <T> Flux<T> flux(String what, Publisher<T> source, Passage passage) {
        return new GatedFlux<>(this, what, source, passage);
    }

    /** The same, of at most one element. */
    <T> Mono<T> mono(String what, Publisher<T> source, Passage passage) {
        return new GatedMono<>(this, what, source, passage);
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
        Runnable again = () -> closeOrderlyHere(then);
        if (!deliveries.mustWait(again) && !mustWait(again, false)) {
            closeHere(then);
        }
    }

    private void closeHere(Runnable then) {
        closed = true;
        inner.wakeWaiting(); // to be refused
        Beginning expected = beginning;
        if (expected != null) {
            expected.wakeWaiting();
        }
        then.run();
        inner.tellToEnd();
    }

    /**
     * Counts a scope that is inside this one.
     *
     * @param guest counts until {@link #dismiss}
     */
    public void host(Guest guest) {
        inner.add(guest);
    }

    /**
     * Takes back {@link #host}.
     *
     * @param guest the one given there
     */
    public void dismiss(Guest guest) {
        inner.remove(guest);
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
            throw usedAfterEnd();
        }
    }

    /**
     * The end of the scope is decided. To be called before the gate is closed.
     *
     * @param byFunction whether its own function has come to its end, so that whoever comes later could have known
     * @param where the stack of that, {@code null} if it is not kept
     */
    public void endDecided(boolean byFunction, @Nullable Throwable where) {
        cutShort = !byFunction;
        end = where;
    }

    /**
     * Makes the answer to whoever uses the scope after its end, and tells {@link GateWatch} of him.
     *
     * @return a new error with the stack of the caller
     */
    public IllegalStateException usedAfterEnd() {
        IllegalStateException use = ended();
        Throwable where = end();
        if (where != null) {
            use.addSuppressed(where);
        }
        conduct.usedAfterEnd(use, wasCutShort());
        return use;
    }

    private @Nullable Throwable end() {
        Throwable own = end;
        return own == null && parent != null ? parent.end() : own;
    }

    private boolean wasCutShort() {
        return cutShort || (parent != null && parent.wasCutShort());
    }

    /** Why whoever subscribes now comes too late, {@code null} if he does not. */
    @Nullable
    Throwable lateness() {
        return isClosed() && beginFailure() == null ? usedAfterEnd() : null;
    }

    /**
     * Names a scope that is inside this one.
     *
     * @return the name of a nested or joined scope that has not ended, or {@code null} when there is none
     */
    public @Nullable String innerScope() {
        return inner.first();
    }

    /**
     * Sets who describes the errors of statements whose results are read behind this gate as a whole; those of the driver's
     * own interfaces stay the driver's.
     *
     * @param newDescriber makes what a subscriber gets of the driver's error; default: that error
     */
    public void describeErrors(UnaryOperator<Throwable> newDescriber) {
        describer = newDescriber;
    }

    Throwable described(Throwable error) {
        try {
            return describer.apply(error);
        } catch (Throwable thrown) {
            log.warn("An error could not be described", thrown);
            return error;
        }
    }

    /**
     * Sets who hears of the first answer to a statement of this scope.
     *
     * @param hearer gets {@code null}, or the error that came instead; once, on the executor; must neither block nor throw
     */
    public void onFirstAnswer(Consumer<@Nullable Throwable> hearer) {
        statements.onFirstAnswer(hearer);
    }

    /**
     * Sets who hears whenever a statement of this scope was answered to its end.
     *
     * @param hearer runs on the executor; must neither block nor throw
     */
    public void onFullAnswer(Runnable hearer) {
        statements.onFullAnswer(hearer);
    }

    /**
     * Tells whether a statement was cancelled before its end, so that the database may still be busy with it.
     *
     * @return whether the last answer was not waited for
     */
    public boolean isInterrupted() {
        return statements.isInterrupted();
    }

    /**
     * Tells whether anything was sent in this scope.
     *
     * @return whether a statement has passed the gate
     */
    public boolean hasSent() {
        return statements.isUsed();
    }

    /**
     * Names a statement that was sent and has neither ended nor been cancelled.
     *
     * @return its SQL text, or {@code null} when nothing is open
     */
    public @Nullable String openStatement() {
        return statements.first();
    }

    /**
     * Tells whether what is open goes on only if somebody asks for more rows; a guess of whoever is not on the executor.
     *
     * @return {@code false} also when nothing is open
     */
    public boolean isPaused() {
        return statements.arePaused();
    }

    /**
     * Cancels what is still open and drains what was sent but never consumed. To be called on the connection's executor,
     * behind the closed gate.
     */
    public void abandonOpen() {
        statements.abandon(this::drain);
    }

    /**
     * Ends what is still open with an error, where nobody is there to cancel it. To be called on the connection's executor,
     * behind the closed gate.
     *
     * @param error what their subscribers hear
     */
    public void failOpen(Throwable error) {
        statements.fail(error);
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
        statements.remember(leftover);
    }

    /**
     * Takes back {@link #remember}.
     *
     * @param leftover the task given there
     */
    public void forget(Runnable leftover) {
        statements.forget(leftover);
    }

    /**
     * Declares the state of the connection uncertain: nothing is sent on it any more but what ends the scope, and it has to be
     * destroyed then.
     */
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
        return statements.firstError();
    }

    Deliveries deliveries() {
        return deliveries;
    }

    WireExecutor executor() {
        return executor;
    }

    OpenStatements statements() {
        return statements;
    }

    BehindRows behindRows() {
        return behindRows;
    }

    /**
     * What a statement hears instead of an answer that came while the command that opens the scope was pending: that
     * command's error if it has failed. Otherwise the answer came out of turn, which a connection does not do.
     */
    Throwable insteadOfAnswer(String what) {
        Throwable failure = beginFailure();
        if (failure != null) {
            return failure;
        }
        doubt();
        return new IllegalStateException(
                "\"" + what + "\" was answered before the scope had begun; the connection cannot be"
                        + " trusted and will be destroyed");
    }

    private @Nullable Throwable beginFailure() {
        Beginning expected = beginning;
        Throwable failure = expected == null ? null : expected.failure();
        return failure == null && parent != null ? parent.beginFailure() : failure;
    }

    /**
     * The end of a nested scope is decided: from now on the statements of its parent wait for {@link #leave} instead of being
     * refused. May come from any thread, so that whoever has given the nested scope up can go on with the outer one at once,
     * although the task that closes this gate is still on its way.
     */
    public void leaving() {
        leaving = true;
    }

    /** Whether this gate itself was closed, or will be at once, whatever its parent's. */
    boolean isOnItsWayOut() {
        return closed || leaving;
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
    Throwable refusal() {
        Throwable failure = beginFailure();
        if (failure != null) {
            return failure;
        }
        if (isClosed()) {
            return usedAfterEnd();
        }
        if (doubtful) { // whoever is asked next may never answer, and COMMIT will not be sent
            return new IllegalStateException("The state of the connection is uncertain, nothing was sent: a COPY was"
                    + " cancelled or failed, an inner scope could not be undone in time, or the driver failed where it"
                    + " must not. Let its error pass.");
        }
        String nested = inner.nested();
        return nested == null
                ? null
                : new IllegalStateException("The nested scope \"" + nested + "\" is open, nothing was sent: beside it,"
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
