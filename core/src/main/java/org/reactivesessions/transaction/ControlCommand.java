package org.reactivesessions.transaction;

import java.util.concurrent.atomic.AtomicReferenceFieldUpdater;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import org.reactivestreams.Subscription;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.CoreSubscriber;
import reactor.util.context.Context;

/**
 * One command of the scope's own (BEGIN, COMMIT, ROLLBACK, release, destroy): never cancelled, answered exactly once, by
 * the database or by its deadline.
 *
 * <p>Thread-safe.
 */
final class ControlCommand implements CoreSubscriber<Object> {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");

    private static final AtomicReferenceFieldUpdater<ControlCommand, State> STATE =
            AtomicReferenceFieldUpdater.newUpdater(ControlCommand.class, State.class, "state");

    /** Who hears the answer. */
    @FunctionalInterface
    interface Answer {
        void came(ControlCommand command, @Nullable Throwable error);
    }

    /** How far the command got. */
    private enum State {
        WAITING,
        STARTED,
        ANSWERED,
        EXPIRED_UNSENT,
        EXPIRED
    }

    private final String what;
    private final Context context;
    private final Answer answer;
    private volatile State state = State.WAITING;

    /**
     * @param what the command, for messages
     * @param context what its publisher sees as Reactor Context
     * @param answer hears {@code null} for success, or the error, once
     */
    ControlCommand(String what, Context context, Answer answer) {
        this.what = what;
        this.context = context;
        this.answer = answer;
    }

    /** Sends the command, unless it has expired or was abandoned in the meantime. */
    void run(Supplier<? extends Publisher<Void>> command) {
        if (!STATE.compareAndSet(this, State.WAITING, State.STARTED)) {
            return;
        }
        try {
            command.get().subscribe(this);
        } catch (Throwable thrown) {
            onError(thrown);
        }
    }

    /** Ends the command with an error because its time is over, unless it was answered. */
    void expire(Throwable error) {
        if (STATE.compareAndSet(this, State.WAITING, State.EXPIRED_UNSENT)
                || STATE.compareAndSet(this, State.STARTED, State.EXPIRED)) {
            answer.came(this, error);
        }
    }

    /** Takes a command back that was not sent: it will neither be sent nor answered. */
    boolean abandon() {
        return STATE.compareAndSet(this, State.WAITING, State.ANSWERED);
    }

    /** Whether its time was over before an answer came. */
    boolean isExpired() {
        State now = state;
        return now == State.EXPIRED || now == State.EXPIRED_UNSENT;
    }

    /** Whether neither an answer has come nor its time is over. */
    boolean isUnanswered() {
        State now = state;
        return now == State.WAITING || now == State.STARTED;
    }

    String what() {
        return what;
    }

    /** Whether it was certainly never sent. */
    boolean isUnsent() {
        return state == State.EXPIRED_UNSENT;
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        subscription.request(Long.MAX_VALUE);
    }

    @Override
    public void onNext(Object ignored) {
        // A command has no elements; a driver that emits one is none the worse for it.
    }

    @Override
    public void onError(Throwable error) {
        if (STATE.compareAndSet(this, State.STARTED, State.ANSWERED)) {
            answer.came(this, error);
        } else {
            log.debug("{} failed after its deadline", what, error);
        }
    }

    @Override
    public void onComplete() {
        if (STATE.compareAndSet(this, State.STARTED, State.ANSWERED)) {
            answer.came(this, null);
        }
    }

    @Override
    public Context currentContext() {
        return context;
    }
}
