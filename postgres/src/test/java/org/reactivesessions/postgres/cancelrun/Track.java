package org.reactivesessions.postgres.cancelrun;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** Everything that was seen of one transaction from outside. Thread-safe. */
final class Track {

    private final int number;
    private final Plan plan;
    private Step step = Step.ACQUIRING;
    private @Nullable Step aim;
    private @Nullable Runnable atAim;
    private boolean firstIsBehindBegin;
    private long begunMicros;
    private int elements;
    private int completions;
    private @Nullable Throwable error;
    private @Nullable Step beforeCancel;
    private @Nullable Step afterCancel;
    private Sinks.@Nullable Empty<Void> cancel;
    private int events;
    private int beforeCommits;
    private int afterCommits;
    private int afterRollbacks;
    private @Nullable LifePhase phase;
    private @Nullable TransactionOutcome outcome;
    private @Nullable Throwable reason;

    Track(int number, Plan plan) {
        this.number = number;
        this.plan = plan;
    }

    int number() {
        return number;
    }

    Plan plan() {
        return plan;
    }

    /** The name the transaction is known by. */
    String name() {
        return "t" + number;
    }

    // ---------------------------------------------------------------- what is under way

    /** Goes to a step; going back is ignored, because a function may still move while its transaction is being ended. */
    void enter(Step next) {
        Runnable reached = null;
        synchronized (this) {
            Step to = behindBegin(next);
            if (to.compareTo(step) > 0) {
                step = to;
                if (to == aim) {
                    reached = atAim;
                }
            }
        }
        if (reached != null) {
            reached.run();
        }
    }

    /** A first statement that is sent behind BEGIN leaves the transaction beginning until that is answered. */
    private Step behindBegin(Step next) {
        if (step != Step.BEGINNING) {
            return next;
        }
        if (next == Step.FIRST_IN_FLIGHT) {
            firstIsBehindBegin = true;
            return step;
        }
        return next == Step.BEGUN && firstIsBehindBegin ? Step.FIRST_IN_FLIGHT : next;
    }

    /** Lets something happen at a step; to be called before the transaction starts. */
    synchronized void whenReached(Step step, Runnable action) {
        aim = step;
        atAim = action;
    }

    void beginSent(long nowMicros) {
        synchronized (this) {
            begunMicros = nowMicros;
        }
        enter(Step.BEGINNING);
    }

    synchronized Step step() {
        return step;
    }

    /** When BEGIN was sent, in microseconds since the epoch; 0 if that was not seen. */
    synchronized long begunMicros() {
        return begunMicros;
    }

    // ---------------------------------------------------------------- what the subscriber heard and did

    synchronized void next() {
        elements++;
    }

    synchronized void completed() {
        completions++;
    }

    synchronized void failed(Throwable why) {
        error = why;
    }

    /** The subscriber has cancelled; the steps were read just before and just after. */
    void cancelled(Step before, Step after) {
        Sinks.Empty<Void> told;
        synchronized (this) {
            beforeCancel = before;
            afterCancel = after;
            told = cancel;
        }
        if (told != null) {
            told.tryEmitEmpty();
        }
    }

    /** A mono that completes when the subscriber cancels. */
    synchronized Mono<Void> whenCancelled() {
        if (beforeCancel != null) {
            return Mono.empty();
        }
        if (cancel == null) {
            cancel = Sinks.empty();
        }
        return cancel.asMono();
    }

    synchronized boolean wasCancelled() {
        return beforeCancel != null;
    }

    /** Whether the subscriber has neither heard the end nor cancelled. */
    synchronized boolean isWaiting() {
        return completions == 0 && error == null && beforeCancel == null;
    }

    /** Whether the subscriber was told that the transaction is durable: an element of a stream says nothing about that. */
    synchronized boolean wasAcknowledged() {
        return completions > 0 || (elements > 0 && !plan.streams());
    }

    synchronized @Nullable Throwable error() {
        return error;
    }

    // ---------------------------------------------------------------- what the listener heard

    synchronized void ended(LifePhase decidedIn, TransactionOutcome result, @Nullable Throwable why) {
        events++;
        phase = decidedIn;
        outcome = result;
        reason = why;
    }

    synchronized void hookBeforeCommit() {
        beforeCommits++;
    }

    synchronized void hookAfterCommit() {
        afterCommits++;
    }

    synchronized void hookAfterRollback() {
        afterRollbacks++;
    }

    /** Whether the hooks, if there were any, ran as the outcome demands. */
    synchronized boolean hooksFit() {
        if (beforeCommits + afterCommits + afterRollbacks == 0) {
            return true;
        }
        return outcome == TransactionOutcome.COMMITTED
                ? beforeCommits == 1 && afterCommits == 1 && afterRollbacks == 0
                : beforeCommits <= 1 && afterCommits == 0 && afterRollbacks == 1;
    }

    synchronized int events() {
        return events;
    }

    synchronized @Nullable TransactionOutcome outcome() {
        return outcome;
    }

    synchronized @Nullable Throwable reason() {
        return reason;
    }

    /**
     * The phase the cancel hit. It counts for a phase only if what was seen just before and just after the cancel and what
     * the listener heard agree; a cancel that may have slipped from one phase into the next counts for none.
     */
    synchronized CancelPhase cancelPhase() {
        if (beforeCancel == null || afterCancel == null) {
            return CancelPhase.NONE;
        }
        boolean decided = reason == null;
        boolean stayed = afterCancel == beforeCancel;
        boolean stayedOrEnded = stayed || afterCancel.compareTo(Step.COMMITTED) > 0;
        return switch (beforeCancel) {
            case ACQUIRING -> phaseIf(decided && phase == LifePhase.ACQUIRING, CancelPhase.ACQUIRING);
            case BEGINNING ->
                phaseIf(
                        decided && (phase == LifePhase.BEGINNING || (firstIsBehindBegin && phase == LifePhase.ACTIVE)),
                        CancelPhase.BEGINNING);
            case BETWEEN ->
                phaseIf(decided && stayedOrEnded && phase == LifePhase.ACTIVE, CancelPhase.BETWEEN_STATEMENTS);
            case FIRST_IN_FLIGHT, SECOND_IN_FLIGHT ->
                phaseIf(decided && stayedOrEnded && phase == LifePhase.ACTIVE, CancelPhase.STATEMENT_IN_FLIGHT);
            case COMMITTING -> phaseIf(stayed && phase == LifePhase.COMMITTING, CancelPhase.COMMITTING);
            case ROLLING_BACK -> phaseIf(stayed && reason instanceof PlannedFailure, CancelPhase.ROLLING_BACK);
            default -> CancelPhase.NONE;
        };
    }

    private static CancelPhase phaseIf(boolean certain, CancelPhase hit) {
        return certain ? hit : CancelPhase.NONE;
    }
}
