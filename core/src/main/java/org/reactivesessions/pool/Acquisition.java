package org.reactivesessions.pool;

import io.r2dbc.spi.Connection;
import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * One attempt to get a connection. Exactly one thing happens to it: a lease is delivered, it fails, it is timed out, or it
 * is cancelled. The lease is handed to the receiver inside that decision, so it cannot be dropped on the way, and a cancel
 * reaches the pool only while nothing was delivered: cancelling r2dbc-pool's {@code create()} later would give the
 * connection back while it is in use (r2dbc/r2dbc-pool #211). A connection that comes too late is given back at once.
 *
 * <p><strong>Threads:</strong> thread-safe. The receiver is called on the thread that calls {@link #start}, or on the one
 * that gives a connection back or opens one.
 *
 * @since 0.1
 */
public final class Acquisition implements CoreSubscriber<Connection> {

    private static final AtomicReferenceFieldUpdater<Acquisition, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(Acquisition.class, State.class, "state");
    private static final AtomicReferenceFieldUpdater<Acquisition, @Nullable Subscription> UPSTREAM =
            AtomicReferenceFieldUpdater.newUpdater(Acquisition.class, Subscription.class, "upstream");

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    /** Who gets the connection. */
    public interface Receiver {

        /**
         * Takes over a connection and must give it back or destroy it.
         *
         * @param lease the connection
         */
        void delivered(Lease lease);

        /**
         * Hears that there will be no connection.
         *
         * @param error why
         */
        void failed(Throwable error);
    }

    private enum State {
        NEW,
        /** It has been let in, and leaves when it gets no connection; otherwise with that. */
        PENDING,
        DELIVERED,
        FAILED,
        CANCELLED
    }

    private final Publisher<? extends Connection> pool;
    private final ConnectionSource source;
    private final Receiver receiver;
    private final String who;
    private final boolean takesOver;
    private final boolean mayBeShed;
    private long queuedAt; // before queued
    private volatile boolean queued;
    private volatile State state = State.NEW;

    @SuppressWarnings("unused") // by the updater
    private volatile @Nullable Subscription upstream;

    /**
     * @param takesOver whether it can do with a connection whose last command is not answered
     * @param mayBeShed whether it may be refused for having to wait too long
     */
    Acquisition(
            Publisher<? extends Connection> pool,
            ConnectionSource source,
            Receiver receiver,
            String who,
            boolean takesOver,
            boolean mayBeShed) {
        this.pool = pool;
        this.source = source;
        this.receiver = receiver;
        this.who = who;
        this.takesOver = takesOver;
        this.mayBeShed = mayBeShed;
    }

    /** Asks the pool. To be called once; does nothing after {@link #cancel}. */
    public void start() {
        if (!isShed() && isLetIn()) {
            pool.subscribe(this);
            source.keepWarm();
            if (isPending()) {
                queuedAt = source.intake().waitsSince();
                source.line().join(this);
                queued = true;
                if (!isPending()) {
                    source.line().leave(this); // whoever decided may have looked before it was there
                }
            }
        }
    }

    private boolean isShed() {
        Throwable refusal = mayBeShed && isPending() ? source.intake().refusal(who) : null;
        if (refusal != null && decide(State.FAILED)) {
            receiver.failed(refusal);
        }
        return refusal != null;
    }

    /** Decided here, and not by the pool, which would call the receiver while it serves the others. */
    private boolean isLetIn() {
        if (!source.admission().enter()) {
            if (decide(State.FAILED)) {
                receiver.failed(source.tooManyWait(who));
            }
            return false;
        }
        if (!STATE.compareAndSet(this, State.NEW, State.PENDING)) {
            source.admission().leave(); // given up in the meantime
            return false;
        }
        return true;
    }

    /** Decides; whoever waited leaves the queue. */
    private boolean decide(State decision) {
        State before = state;
        while (before == State.NEW || before == State.PENDING) {
            if (STATE.compareAndSet(this, before, decision)) {
                leave(before, decision);
                return true;
            }
            before = state;
        }
        return false;
    }

    private void leave(State before, State decision) {
        if (before == State.PENDING && decision != State.DELIVERED) {
            source.admission().leave();
        }
        if (queued) {
            source.line().leave(this);
        }
    }

    boolean takesOver() {
        return takesOver;
    }

    /** Takes it out of the pool's queue for a connection that is handed over; {@link #deliver} or {@link #refuse} follows. */
    boolean claim() {
        if (!STATE.compareAndSet(this, State.PENDING, State.DELIVERED)) {
            return false;
        }
        cancelUpstream();
        return true;
    }

    /** @param turn comes when the connection's last command was answered */
    void deliver(Connection pooled, Turn turn) {
        source.intake().served(queued, queuedAt);
        receiver.delivered(new Lease(source, pooled, who, turn));
    }

    /** There is no connection to be handed over after all. */
    void refuse() {
        source.admission().leave();
        receiver.failed(new DatabaseUnavailableException(
                FailureKind.UNREACHABLE,
                who,
                "no connection: the one that was to be handed over was lost. Try again.",
                null));
    }

    /**
     * Tells whether nothing has been decided yet.
     *
     * @return whether a lease may still be delivered
     */
    public boolean isPending() {
        State now = state;
        return now == State.NEW || now == State.PENDING;
    }

    /**
     * Gives up, unless something was decided already.
     *
     * @return {@code true} if this call decided it: the receiver will hear nothing; {@code false} if the receiver has heard,
     *     or is about to hear, of a lease or a failure
     */
    public boolean cancel() {
        if (!decide(State.CANCELLED)) {
            return false;
        }
        cancelUpstream();
        return true;
    }

    /**
     * Gives up because the time is over, unless something was decided already; the receiver hears a failure that names the
     * state of the pool.
     */
    public void expire() {
        if (decide(State.FAILED)) {
            Throwable error = source.gaveUpWaiting(who);
            cancelUpstream();
            receiver.failed(error);
        }
    }

    private void cancelUpstream() {
        Subscription subscription = UPSTREAM.getAndSet(this, Operators.cancelledSubscription());
        if (subscription != null) {
            subscription.cancel();
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        if (UPSTREAM.compareAndSet(this, null, subscription)) {
            subscription.request(Long.MAX_VALUE);
        } else {
            subscription.cancel();
        }
    }

    @Override
    public void onNext(Connection pooled) {
        Lease lease = new Lease(source, pooled, who);
        if (decide(State.DELIVERED)) {
            source.intake().served(queued, queuedAt);
            receiver.delivered(lease);
        } else {
            source.admission().enterAnyway(); // it has left, and does so again with the lease
            // Synchronously, so that the pool's last look at the connection sees our status and not the next
            // borrower's.
            lease.release()
                    .subscribe(
                            nothing -> {},
                            error -> log.warn("Giving back a connection failed whose borrower had gone", error));
        }
    }

    @Override
    public void onError(Throwable error) {
        if (decide(State.FAILED)) {
            receiver.failed(source.translated(who, error));
        } else {
            log.debug("An acquisition failed after its borrower had gone", error);
        }
    }

    @Override
    public void onComplete() {
        if (decide(State.FAILED)) {
            receiver.failed(new IllegalStateException("The pool completed without a connection"));
        }
    }

    /** The pool opens connections in the Context of whoever asks first, so it gets none of ours. */
    @Override
    public Context currentContext() {
        return Context.empty();
    }
}
