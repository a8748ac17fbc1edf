package org.reactivesessions.transaction;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.AfterCommitException;
import org.reactivesessions.error.TransactionOutcome;
import reactor.core.publisher.Mono;
import reactor.util.context.Context;

/**
 * What follows when nothing of a life is left on the wire: the hooks, the listener, the subscriber, in this order.
 *
 * <p>Who waits for it is thread-safe; everything else belongs to the thread that has the life in its hands.
 */
final class Ending<T> {

    private final Transactions<?> home;
    private final TransactionOptions options;
    private final boolean ofTransaction;
    private final Context context;
    private final Outlet<T> outlet;
    private final Custody custody;
    private TransactionOutcome outcome = TransactionOutcome.NOT_STARTED;
    private @Nullable Scope<?> scope;
    private @Nullable Throwable afterCancel;

    /** @param ofTransaction whether a listener is to hear of it */
    Ending(Transactions<?> home, TransactionOptions options, boolean ofTransaction, Context context, Outlet<T> outlet) {
        this.home = home;
        this.options = options;
        this.ofTransaction = ofTransaction;
        this.context = context;
        this.outlet = outlet;
        this.custody = new Custody(home.detached());
    }

    /** The subscriber leaves; {@code false} if it had left already or has heard the end. */
    boolean detach() {
        return custody.detach();
    }

    /** Signals the end to the subscriber now, unless he has left; everything else goes on without him. */
    void signalEarly(@Nullable Throwable failure) {
        if (custody.dismiss()) {
            signal(failure);
        }
    }

    /** Whether something is to be done between the outcome and the subscriber. */
    boolean hasHooks() {
        return scope != null && scope.hasAfterwards();
    }

    /** What is known of the outcome so far. */
    void outcome(TransactionOutcome known) {
        outcome = known;
    }

    /** Whose hooks are to run. */
    void hooksOf(Scope<?> own) {
        scope = own;
    }

    /** Something failed after the end was decided; after a cancel nobody but the listener can hear of it. */
    void alsoFailed(@Nullable Throwable failure, Throwable error) {
        if (afterCancel == null && outcome != TransactionOutcome.COMMITTED) {
            afterCancel = error;
        }
        home.cameTooLate(options, failure, error);
    }

    /** Comes to the end; called once. */
    void come(LifeState last) {
        Mono<Void> hooks = scope == null ? null : scope.afterwards(outcome);
        if (hooks == null) {
            report(last, last.failure());
        } else {
            HookSubscription.run(hooks, context, error -> report(last, heard(last.failure(), error)));
        }
    }

    /** What the subscriber hears when hooks have run. */
    private @Nullable Throwable heard(@Nullable Throwable failure, @Nullable Throwable hookError) {
        if (hookError == null) {
            return failure;
        }
        home.hookFailed(options, outcome, hookError);
        if (outcome == TransactionOutcome.COMMITTED) {
            return new AfterCommitException(options.name(), hookError);
        }
        if (failure != null) {
            failure.addSuppressed(hookError);
        }
        return failure;
    }

    private void report(LifeState last, @Nullable Throwable failure) {
        Custody.Subscriber subscriber = custody.finish();
        Throwable reason = last.failure() == null ? afterCancel : last.failure();
        boolean left = subscriber == Custody.Subscriber.LEFT;
        home.ended(options, ofTransaction, last.decidedIn(), outcome, reason, left, outlet.delivered());
        if (left) {
            outlet.discard();
        }
        if (subscriber == Custody.Subscriber.WAITS) {
            signal(failure);
        } else {
            custody.release();
        }
    }

    private void signal(@Nullable Throwable failure) {
        try {
            outlet.end(failure);
        } catch (Throwable thrown) {
            home.subscriberThrew(options, thrown);
        }
    }
}
