package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The connection a life holds, and what its kind of scope does on the wire: how it begins, succeeds and is undone, each on
 * the connection's executor, behind the gate. Thread-safe.
 */
abstract class HeldConnection {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");

    private static final AtomicReferenceFieldUpdater<HeldConnection, InnerFailure> INNER_FAILURE =
            AtomicReferenceFieldUpdater.newUpdater(HeldConnection.class, InnerFailure.class, "innerFailure");

    private final Lease lease;
    private final Dialect dialect;
    private final TransactionOptions definition;
    private final StatementGate gate;
    private final @Nullable ServerCancels cancels;
    /** Made when there is something to cancel, which is seldom; belongs to the executor. */
    private @Nullable ServerCancel serverCancel;

    private volatile @Nullable InnerFailure innerFailure;

    /** An inner scope that joined this one and did not succeed. */
    record InnerFailure(String name, @Nullable Throwable error) {}

    /**
     * @param definition what this scope runs in, everything spelled out
     * @param cancels makes what cancels on the server, or {@code null} if nothing is to be cancelled
     */
    HeldConnection(
            Lease lease,
            Dialect dialect,
            TransactionOptions definition,
            StatementGate gate,
            @Nullable ServerCancels cancels) {
        this.lease = lease;
        this.dialect = dialect;
        this.definition = definition;
        this.gate = gate;
        this.cancels = cancels;
    }

    /** Whether it is, or is part of, a transaction. */
    abstract boolean isTransactional();

    /**
     * Whether the function may be called before what opens the scope is answered; asked once, before {@link #begin}. If so,
     * the gate holds back what must wait.
     */
    boolean startsEarly() {
        return false;
    }

    /**
     * Sends what opens the scope, and then runs something, both in one task, so that a caller who stands still does not
     * come between them.
     */
    abstract void begin(ControlCommand begin, Runnable then);

    /** How long the answer to {@link #begin} may take, of one that may take {@code most} on a connection that is alive. */
    Duration beginLimit(Duration most) {
        return most;
    }

    /** What opens the scope was answered well; on the thread of the answer. */
    void begun() {
        gate.begun();
    }

    /** What opens the scope has failed, or its time is over; everything behind it hears that. */
    void beginFailed(Throwable error) {
        gate.beginFailed(error);
    }

    /** Why what opens the scope, although it was answered well, has not opened it; {@code null} if it has. */
    @Nullable
    Throwable notOpened() {
        return null;
    }

    /** Whether something was sent behind what opens the scope, has failed, and nobody knows what it left. */
    boolean leftUncertain() {
        return false;
    }

    /** Whether whoever had the connection before is not answered yet. */
    boolean isBehind() {
        return false;
    }

    /** Runs a task when whoever had the connection before was answered. */
    void onTurn(Runnable task) {
        task.run();
    }

    /** Whether the end is certain enough for what follows not to wait for the answer to COMMIT. */
    boolean mayOverlap() {
        return false;
    }

    /** Whether the answer to COMMIT can change nothing that the function has seen. */
    boolean hasOnlyRead() {
        return false;
    }

    /** Gives the connection to somebody who waits, with COMMIT on the wire. */
    void handOver() {
        // Only where there is one to give.
    }

    /** Sends what makes the scope's work count; behind the closed gate. */
    abstract void commit(ControlCommand commit);

    /** Reads the answer to {@link #commit}. */
    abstract Verdict verdict(String name, ControlCommand commit, @Nullable Throwable error);

    /** What there is to ask for if the answer to {@link #commit} is lost, {@code null} if nothing is. */
    @Nullable
    Doubt doubt() {
        return null;
    }

    /** Whether something is open that {@link #rollBack} would have to undo. */
    abstract boolean inTransaction();

    /**
     * Cancels what still runs and sends what undoes the scope's work; behind the closed gate. False if the connection is
     * beyond that.
     */
    abstract boolean rollBack(ControlCommand rollback);

    /** What takes away what the scope may have left for the next one; {@code null} if nothing is to be sent. */
    @Nullable
    Mono<Void> reset() {
        return null;
    }

    /** {@link #reset} was answered well. */
    void wasReset() {
        // Only where there is something to reset.
    }

    /** Ends the use of the connection, which is clean. */
    abstract Mono<Void> release();

    /** Ends the use of the connection, whose state is uncertain. */
    abstract Mono<Void> destroy();

    /** Sends a command that undoes; what it would have to wait for is cancelled on the server. On the executor. */
    final void undo(ControlCommand command, Supplier<? extends Publisher<Void>> sending) {
        ServerCancel cancel = gate.isInterrupted() ? serverCancel() : null;
        if (cancel == null) {
            command.run(sending);
        } else {
            cancel.send(command, sending);
        }
    }

    /** What cancels on the server what runs on this connection, {@code null} if nothing does; on the executor. */
    @Nullable
    ServerCancel serverCancel() {
        if (serverCancel == null && cancels != null) {
            serverCancel = cancels.on(lease, dialect);
        }
        return serverCancel;
    }

    /** How the life ends instead, if {@link #commit} must not be called although the function has completed. */
    @Nullable
    Verdict obstacle(String name) {
        return Verdict.obstacle(name, gate, innerFailure, lease.isOpen());
    }

    /** Whether {@link #begin} asks the database, so that its answer is the first. */
    boolean asksAtBegin() {
        return false;
    }

    /** What a step is on this connection, for messages. */
    String called(ControlStep step) {
        return step.name();
    }

    /** What the function sees. */
    GatedConnection facade() {
        return dialect.wrap(lease.connection(), gate, definition);
    }

    /** Runs a continuation behind the closed gate: everything admitted is enqueued, nothing follows. */
    void close(Runnable then) {
        gate.close(then);
    }

    /** Closes the gate without a continuation, if this is the thread that may; otherwise {@code false}. */
    boolean shut() {
        return gate.shut();
    }

    /** The same as {@link #close}, but not before a nested scope that is on its way out has left. */
    void closeOrderly(Runnable then) {
        gate.closeOrderly(then);
    }

    /** A scope that joined this one has failed, or was cancelled: this one must not succeed any more. */
    void innerFailed(String name, @Nullable Throwable error) {
        INNER_FAILURE.compareAndSet(this, null, new InnerFailure(name, error));
    }

    /** The scope's function has failed, or was cancelled. */
    void abandoned(String name, @Nullable Throwable error) {
        // Of interest only to a scope around it.
    }

    /**
     * The end of the scope is decided, by whoever is the first to do so.
     *
     * @param byFunction whether its function has come to its end by itself
     * @param where the stack of that, {@code null} if it is not kept
     */
    void endDecided(boolean byFunction, @Nullable Throwable where) {
        gate.endDecided(byFunction, where);
    }

    /** The scope will end by itself: whoever has given it up may go on with the scope around it. From any thread. */
    void leaving() {
        // Of interest only to a scope around it.
    }

    /** Whether a BEGIN that failed with this error left a connection that can be trusted. */
    boolean survives(Throwable beginError) {
        return orElse(false, () -> dialect.isServerError(beginError));
    }

    /** Whether an error in place of the first answer says that the database is away. */
    final boolean isOutage(Throwable error) {
        LifePhase phase = asksAtBegin() ? LifePhase.BEGINNING : LifePhase.ACTIVE;
        return orElse(false, () -> dialect.classify(phase, error) == FailureClass.OUTAGE);
    }

    /** Asks the dialect, which is foreign code: what it throws must not keep the life from ending. */
    final <T> T orElse(T inDoubt, Supplier<T> question) {
        try {
            return question.get();
        } catch (Throwable thrown) {
            log.error("{}: the dialect failed; its connection will be destroyed", definition.name(), thrown);
            gate.doubt();
            return inDoubt;
        }
    }

    /** Describes an error of a statement. */
    Throwable describe(String who, Throwable error) {
        return dialect.describe(who, error);
    }

    final Lease lease() {
        return lease;
    }

    final Dialect dialect() {
        return dialect;
    }

    final TransactionOptions definition() {
        return definition;
    }

    final StatementGate gate() {
        return gate;
    }
}
