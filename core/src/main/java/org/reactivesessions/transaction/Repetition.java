package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.WaitsFor;
import org.reactivesessions.resilience.TransactionRetries;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Scannable;
import reactor.core.publisher.Operators;
import reactor.core.scheduler.Scheduler;
import reactor.util.context.Context;

/**
 * A transaction that may be run again: the Subscription of its subscriber, and in turn the subscriber of one life after the
 * other. Between two lives nothing is held, neither a connection nor a place in a queue.
 *
 * <p>Thread-safe.
 */
final class Repetition<T> implements CoreSubscriber<T>, Subscription, Attempt, Scannable {

    /** How many errors of earlier attempts are kept: the first ones. */
    private static final int REMEMBERED = 10;

    private enum State {
        RUNNING,
        PAUSED,
        OVER
    }

    /** What the lives of one transaction share with it. */
    record Setting(
            TransactionOptions options,
            TransactionRetry retry,
            RetryReason reason,
            TransactionRetries retries,
            TimeLeft timeLeft,
            Scheduler timer,
            LongSupplier nanoTime,
            Reports reports,
            Running running,
            @Nullable Throwable assembly) {}

    /** How much time is left, {@code null} if it does not matter. */
    @FunctionalInterface
    interface TimeLeft {
        @Nullable
        Duration left();
    }

    private final Setting setting;
    private final CoreSubscriber<? super T> actual;
    private final BiConsumer<CoreSubscriber<T>, Attempt> life;
    private final Consumer<End> ended;
    private final List<Throwable> failures = new ArrayList<>();

    // Guarded by this.
    private State state = State.RUNNING;
    private int made = 1;
    private boolean cancelled;
    private boolean overdue;
    private long demand;
    private boolean invalid;
    private long startedAt;
    private @Nullable Subscription current;
    private @Nullable Pause pause;

    /** How a transaction ended between two attempts: as the last one, unless its time was over. */
    record End(LifePhase phase, TransactionOutcome outcome, Throwable error, boolean left) {}

    /** The time between two attempts, in which the transaction is under way although it has no life. */
    private final class Pause extends Running.Member {

        private final Disposable.Swap timer = Disposables.swap();
        private final End end;
        private final long since;

        Pause(End end, long since) {
            this.end = end;
            this.since = since;
        }

        @Override
        String scopeName() {
            return setting.options().name();
        }

        /** It waits for its next attempt, and so for a connection as well. */
        @Override
        boolean isWaiting() {
            return true;
        }

        /** The lives before and behind it do. */
        @Override
        boolean isCounted() {
            return false;
        }

        @Override
        ActiveSession look(int position) {
            Duration paused = Duration.ofNanos(setting.nanoTime().getAsLong() - since);
            return new ActiveSession(
                    scopeName(),
                    null,
                    LifePhase.ACQUIRING,
                    paused,
                    paused,
                    number() + 1,
                    0,
                    null,
                    null,
                    WaitsFor.CONNECTION,
                    position,
                    setting.assembly());
        }

        @Override
        void overdue(Closure closure) {
            if (endPause(this)) {
                endWith(closure.overdue(scopeName(), LifePhase.ACQUIRING, true, null));
            }
        }

        @Override
        boolean tooLong(LifePhase phase, Duration limit) {
            if (phase != LifePhase.ACQUIRING || !endPause(this)) {
                return false;
            }
            setting.reports().timedOut();
            long waited =
                    Duration.ofNanos(setting.nanoTime().getAsLong() - since).toMillis();
            endWith(TransactionTimeoutException.byWatch(
                    scopeName(), phase, limit, true, waited + " ms for the next attempt"));
            return true;
        }

        private void endWith(Throwable error) {
            ended.accept(new End(LifePhase.ACQUIRING, TransactionOutcome.NOT_STARTED, error, false));
            setting.running().exit(this);
            Repetition.this.onError(error);
        }
    }

    /**
     * @param life starts the life of an attempt with this as its subscriber
     * @param ended hears the end of a transaction that was cancelled between two attempts
     */
    Repetition(
            Setting setting,
            CoreSubscriber<? super T> actual,
            BiConsumer<CoreSubscriber<T>, Attempt> life,
            Consumer<End> ended) {
        this.setting = setting;
        this.actual = actual;
        this.life = life;
        this.ended = ended;
    }

    void start() {
        setting.retries().offered();
        synchronized (this) {
            startedAt = setting.nanoTime().getAsLong();
        }
        actual.onSubscribe(this);
        life.accept(this, this);
    }

    // ---------------------------------------------------------------- the subscriber

    @Override
    public void request(long n) {
        Subscription running;
        synchronized (this) {
            if (n > 0) {
                demand = Operators.addCap(demand, n);
            } else {
                invalid = true;
            }
            running = current;
        }
        if (running != null) {
            running.request(n);
        }
    }

    @Override
    public void cancel() {
        Subscription running;
        Pause over;
        synchronized (this) {
            cancelled = true;
            over = state == State.PAUSED ? pause : null;
            running = current;
        }
        if (over != null && endPause(over)) {
            ended.accept(over.end);
            setting.running().exit(over);
        } else if (running != null) {
            running.cancel();
        }
    }

    /** Nobody is to run again after this pause; {@code false} if that is decided already. */
    private synchronized boolean endPause(Pause which) {
        overdue = true;
        if (state != State.PAUSED || pause != which) {
            return false;
        }
        state = State.OVER;
        which.timer.dispose();
        return true;
    }

    // ---------------------------------------------------------------- the life

    @Override
    public synchronized int number() {
        return made;
    }

    @Override
    public synchronized long since(long own) {
        return startedAt;
    }

    @Override
    public boolean isRepeated(
            LifeState last,
            TransactionOutcome outcome,
            Throwable failure,
            @Nullable Throwable firstError,
            boolean seen) {
        if ((outcome != TransactionOutcome.ROLLED_BACK && outcome != TransactionOutcome.NOT_STARTED)
                || Closure.isReasonOf(failure)) {
            return false;
        }
        RetryReason.Kind kind = reason(last.decidedIn(), failure, firstError);
        if (kind == RetryReason.Kind.NONE) {
            return false;
        }
        End end = new End(last.decidedIn(), outcome, failure, true);
        String obstacle = obstacle(seen);
        return obstacle == null ? pause(kind == RetryReason.Kind.OUTAGE, end) : notAgain(failure, obstacle);
    }

    private synchronized @Nullable String obstacle(boolean seen) {
        if (seen) {
            return "its subscriber has seen an element; buffered() would have kept it back";
        }
        return made < setting.retry().maxAttempts()
                ? null
                : made + (made == 1 ? " attempt was" : " attempts were") + " made, which is maxAttempts";
    }

    private boolean notAgain(Throwable failure, String why) {
        failure.addSuppressed(new NotRunAgain(setting.options().name() + ": not run again, because " + why));
        return false;
    }

    private boolean pause(boolean outage, End end) {
        int attempts = number();
        Duration left = setting.timeLeft().left();
        Duration wait = setting.retry().backoff().after(attempts);
        if (left != null && (left.isNegative() || wait.compareTo(left) >= 0)) {
            return notAgain(
                    end.error(), "its time would be over before the next attempt: " + left.toMillis() + " ms are left");
        }
        Pause next = new Pause(end, setting.nanoTime().getAsLong());
        Closure closed = setting.running().enter(next, true); // before the life that has failed leaves
        if (closed != null) {
            return notAgain(end.error(), closed.said());
        }
        if (!setting.retries().take(outage)) {
            setting.running().exit(next);
            return notAgain(
                    end.error(), "the budget for retries, which all transactions share, is empty (ResilienceOptions)");
        }
        boolean paused = pause(next, attempts + 1, wait);
        if (!paused) {
            setting.running().exit(next);
        }
        return paused;
    }

    private boolean pause(Pause next, int attempt, Duration wait) {
        End end = next.end;
        if (isOver()) {
            return false;
        }
        setting.reports().repeating(setting.options(), end.phase(), attempt, wait, end.outcome(), end.error());
        if (failures.size() < REMEMBERED) {
            failures.add(end.error()); // an error is not hung on itself
        }
        if (!pausing(next)) {
            return false;
        }
        try {
            next.timer.update(setting.timer().schedule(() -> again(next), wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException gone) {
            return !resume(); // whoever has ended the pause first has told the end
        }
        return true;
    }

    /** The dialect is foreign code: what it throws must cost no more than the retry. */
    private RetryReason.Kind reason(LifePhase phase, Throwable failure, @Nullable Throwable firstError) {
        try {
            return setting.reason().of(phase, failure, firstError);
        } catch (Throwable thrown) {
            setting.reports().cameTooLate(setting.options(), failure, thrown);
            return RetryReason.Kind.NONE;
        }
    }

    private synchronized boolean isOver() {
        return cancelled || overdue;
    }

    private synchronized boolean pausing(Pause next) {
        if (cancelled || overdue) {
            return false;
        }
        state = State.PAUSED;
        pause = next;
        current = null;
        return true;
    }

    private synchronized boolean resume() {
        if (state != State.PAUSED) {
            return false;
        }
        state = State.RUNNING;
        return true;
    }

    private void again(Pause over) {
        if (resume()) {
            synchronized (this) {
                made++;
            }
            setting.reports().ranAgain();
            life.accept(this, this); // which is under way before the pause leaves
            setting.running().exit(over);
        }
    }

    @Override
    public void onSubscribe(Subscription subscription) {
        long pending;
        boolean gone;
        boolean wrong;
        synchronized (this) {
            current = subscription;
            pending = invalid ? 0 : demand;
            wrong = invalid;
            gone = cancelled;
        }
        if (gone) {
            subscription.cancel();
        } else if (wrong || pending > 0) {
            subscription.request(pending);
        }
    }

    @Override
    public void onNext(T element) {
        actual.onNext(element);
    }

    @Override
    public void onError(Throwable error) {
        for (Throwable earlier : failures) {
            if (earlier != error) {
                error.addSuppressed(earlier);
            }
        }
        actual.onError(error);
    }

    @Override
    public void onComplete() {
        actual.onComplete();
    }

    @Override
    public Context currentContext() {
        return actual.currentContext();
    }

    @Override
    @SuppressWarnings("rawtypes")
    public @Nullable Object scanUnsafe(Attr key) {
        return key == Attr.ACTUAL ? actual : key == Attr.PARENT ? current() : null;
    }

    private synchronized @Nullable Subscription current() {
        return current;
    }
}
