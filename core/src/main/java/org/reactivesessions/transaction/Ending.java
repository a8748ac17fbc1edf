package org.reactivesessions.transaction;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.AfterCommitException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.HookMoment;
import org.reactivesessions.wire.Conduct;
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
    private final Way<?> way;
    private final PhaseTimes times;
    private final Context context;
    private final Outlet<T> outlet;
    private final Custody custody;
    private final Attempt attempt;
    private final Running.Member life;
    private TransactionOutcome outcome = TransactionOutcome.NOT_STARTED;
    private @Nullable Scope<?> scope;
    private @Nullable Throwable afterCancel;
    private @Nullable Doubt doubt;
    private @Nullable Resolution resolution;
    private @Nullable Conduct conduct;
    private @Nullable Throwable firstError;
    private boolean kept;

    /**
     * @param way tells what of it a listener is to hear
     * @param attempt decides whether anybody is to hear of it, or another attempt follows
     * @param life what is under way until then
     */
    Ending(
            Transactions<?> home,
            TransactionOptions options,
            Way<?> way,
            PhaseTimes times,
            Context context,
            Outlet<T> outlet,
            Attempt attempt,
            Running.Member life) {
        this.home = home;
        this.options = options;
        this.way = way;
        this.times = times;
        this.context = context;
        this.outlet = outlet;
        this.attempt = attempt;
        this.life = life;
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

    /** What was heard, and what is known of the outcome by it. */
    void heard(LifePhase phase, Signal signal) {
        outcome = OutcomeTable.entry(phase, signal).after(outcome);
    }

    /** How COMMIT was answered, or why it was not sent. */
    void decided(Verdict verdict, @Nullable Doubt left) {
        outcome = verdict.outcome();
        doubt = outcome == TransactionOutcome.IN_DOUBT ? left : null;
    }

    /** Whose hooks are to run. */
    void hooksOf(Scope<?> own) {
        scope = own;
    }

    /** The connection goes back to the pool. */
    void keeps() {
        kept = true;
    }

    /** Something failed after the end was decided; after a cancel nobody but the listener can hear of it. */
    void alsoFailed(@Nullable Throwable failure, Throwable error) {
        if (afterCancel == null && outcome != TransactionOutcome.COMMITTED) {
            afterCancel = error;
        }
        home.reports().cameTooLate(options, failure, error);
    }

    /**
     * Comes to the end; called once.
     *
     * @param firstError the first error the server reported inside, if any
     * @param sent what was sent, {@code null} if there was no connection
     */
    void come(LifeState last, @Nullable Throwable firstError, @Nullable Conduct sent) {
        this.firstError = firstError;
        conduct = sent;
        Doubt open = doubt;
        Throwable lost = last.failure();
        if (open == null || lost == null) {
            runHooks(last, firstError);
        } else {
            Mono<Void> asking = home.resolver()
                    .resolve(options, open, lost)
                    .doOnNext(found -> resolution = found)
                    .then();
            // Not in the subscriber's Context: there may be a transaction around it, and a time that is over.
            HookSubscription.run(asking, Context.empty(), error -> runHooks(resolved(last), firstError));
        }
    }

    private LifeState resolved(LifeState last) {
        Resolution found = resolution;
        if (found == null) {
            return last;
        }
        outcome = found.outcome();
        return last.to(last.phase(), found.error());
    }

    private void runHooks(LifeState last, @Nullable Throwable firstError) {
        Mono<Void> hooks = scope == null ? null : scope.afterwards(outcome);
        if (hooks == null) {
            report(last, last.failure(), firstError);
        } else {
            long start = home.now();
            HookSubscription.run(hooks, home.ofHooks(context), error -> {
                home.reports()
                        .hooksRan(
                                options,
                                outcome == TransactionOutcome.COMMITTED
                                        ? HookMoment.AFTER_COMMIT
                                        : HookMoment.AFTER_ROLLBACK,
                                Duration.ofNanos(home.now() - start),
                                error);
                report(last, heard(last.failure(), error), firstError);
            });
        }
    }

    /** What the subscriber hears when hooks have run. */
    private @Nullable Throwable heard(@Nullable Throwable failure, @Nullable Throwable hookError) {
        if (hookError == null) {
            return failure;
        }
        home.reports().hookFailed(options, outcome, hookError);
        if (outcome == TransactionOutcome.COMMITTED) {
            return new AfterCommitException(options.name(), hookError);
        }
        if (failure != null && failure != hookError) {
            failure.addSuppressed(hookError);
        }
        return failure;
    }

    private void report(LifeState last, @Nullable Throwable failure, @Nullable Throwable firstError) {
        Custody.Subscriber subscriber = custody.finish();
        if (failure != null
                && subscriber == Custody.Subscriber.WAITS
                && attempt.isRepeated(last, outcome, failure, firstError, !outlet.seal())) {
            outlet.discard();
            tell(last, failure, true, false);
            home.running().exit(life);
            return;
        }
        Throwable reason =
                last.failure() == null && outcome != TransactionOutcome.COMMITTED ? afterCancel : last.failure();
        boolean left = subscriber == Custody.Subscriber.LEFT;
        tell(last, reason, false, left);
        if (way.endsTransaction()) {
            home.ended(options, context, last.decidedIn(), outcome, reason, left, outlet.delivered());
        }
        home.running().exit(life);
        if (left) {
            outlet.discard();
        }
        if (subscriber == Custody.Subscriber.WAITS) {
            signal(failure);
        } else {
            custody.release();
        }
    }

    /** What is part of something else has no connection of its own. */
    private void tell(LifeState last, @Nullable Throwable error, boolean repeated, boolean left) {
        AttemptReport.Kind kind = way.reported();
        if (kind == null) {
            return;
        }
        home.tally().ran(times);
        if (times.areOverBy(last.failure())) {
            home.tally().timedOut();
        }
        boolean byCancel = last.failure() == null && outcome != TransactionOutcome.COMMITTED;
        long age = times.taken() + times.start() - attempt.since(times.start());
        Reports reports = home.reports();
        boolean read = reports.isRead(TransactionLog.End.event(outcome, error, repeated, byCancel), age);
        if (read || reports.wantsReport(context)) {
            AttemptReport report = new AttemptReport(
                    options.name(),
                    kind,
                    attempt.number(),
                    repeated,
                    left,
                    last.decidedIn(),
                    outcome,
                    error,
                    conduct == null ? 0 : conduct.statements(),
                    times.acquiring(),
                    times.beginning(),
                    times.active(),
                    times.ending());
            if (read) {
                reports.logged(new TransactionLog.End(report, age, byCancel, firstError, kept), conduct);
            }
            reports.attempted(options, context, report);
        }
    }

    private void signal(@Nullable Throwable failure) {
        try {
            outlet.end(failure);
        } catch (Throwable thrown) {
            home.reports().subscriberThrew(options, thrown);
        }
    }
}
