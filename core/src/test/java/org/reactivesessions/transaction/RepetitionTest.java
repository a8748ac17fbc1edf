package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.health.Sentinel;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.resilience.TransactionRetries;
import org.reactivesessions.scripted.ScriptedDialect;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.Scannable;
import reactor.core.scheduler.Scheduler;
import reactor.test.subscriber.TestSubscriber;

/** What lies between two attempts, by itself: its lives are only started, and end when a test says so. */
class RepetitionTest {

    private static final Duration TICK = Duration.ofMillis(1);
    private static final LifeState LAST = LifeState.ACTIVE;

    private final ScriptedDialect dialect =
            new ScriptedDialect().classified((phase, error) -> FailureClass.SERIALIZATION);
    private final TransactionOptions options = TransactionOptions.defaults().named("transfer");
    private final TransactionRetry retry =
            TransactionRetry.defaults().maxAttempts(20).backoff(TICK, TICK);
    private final TransactionRetries budget =
            new TransactionRetries(ResilienceOptions.defaults(), AcquisitionPolicy.none(() -> 0));
    private final Tally tally = new Tally();
    private final Timer timer = new Timer();
    private final Running running = new Running();
    private final Closure closure = new Closure(Instant.EPOCH, "main", Duration.ZERO, new Closure.Where());
    private final List<Repetition.End> ends = new ArrayList<>();
    private final List<Integer> lives = new ArrayList<>();
    private final Life life = new Life();
    private final TestSubscriber<String> subscriber =
            TestSubscriber.builder().initialRequest(0).build();
    private long now = 7_000_000;
    private int repeating;
    private @Nullable Duration left;
    private Runnable whenRepeating = () -> {};
    private final Repetition<String> repetition = repetition(retry);

    /** Keeps what is to happen, or refuses it. */
    private static final class Timer implements Scheduler {

        private Runnable task = () -> {};
        private Disposable handle = Disposables.single();
        private @Nullable Runnable insteadOfTaking;

        @Override
        public Disposable schedule(Runnable later) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Disposable schedule(Runnable later, long delay, TimeUnit unit) {
            Runnable refusal = insteadOfTaking;
            if (refusal != null) {
                refusal.run();
                throw new RejectedExecutionException("planted");
            }
            task = later;
            handle = Disposables.single();
            return handle;
        }

        @Override
        public Worker createWorker() {
            throw new UnsupportedOperationException();
        }
    }

    /** The subscription of a life. */
    private static final class Life implements Subscription {

        private final List<Long> requests = new ArrayList<>();
        private int cancels;

        @Override
        public void request(long n) {
            requests.add(n);
        }

        @Override
        public void cancel() {
            cancels++;
        }
    }

    private final class Listener implements SessionListener {

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            // Its ends are heard elsewhere.
        }

        @Override
        public void repeating(String name, int attempt, Duration wait, TransactionOutcome outcome, Throwable error) {
            repeating++;
            whenRepeating.run();
        }
    }

    private Repetition<String> repetition(TransactionRetry own) {
        LogOptions logs = LogOptions.defaults();
        Reports reports =
                new Reports(new Listener(), logs, new SlowLog(logs), dialect, new Sentinel(null, timer), tally);
        Repetition.Setting setting = new Repetition.Setting(
                options,
                own,
                new RetryReason(own, dialect, options),
                budget,
                () -> left,
                timer,
                () -> now,
                reports,
                running,
                null);
        return new Repetition<>(setting, subscriber, (each, attempt) -> lives.add(attempt.number()), ends::add);
    }

    private static R2dbcRollbackException conflict() {
        return new R2dbcRollbackException("could not serialize access", "40001");
    }

    private boolean isRepeatedAfter(Throwable failure) {
        return repetition.isRepeated(LAST, TransactionOutcome.ROLLED_BACK, failure, null, false);
    }

    private static String remarkOn(Throwable failure) {
        assertThat(failure.getSuppressed()).hasSize(1);
        return String.valueOf(failure.getSuppressed()[0].getMessage());
    }

    @ParameterizedTest
    @CsvSource({"ROLLED_BACK, true", "NOT_STARTED, true", "COMMITTED, false", "IN_DOUBT, false"})
    void onlyWhatHasNoEffectMustBeRunAgain(TransactionOutcome outcome, boolean again) {
        repetition.start();

        assertThat(repetition.isRepeated(LAST, outcome, conflict(), null, false))
                .isEqualTo(again);
    }

    @Test
    void whatItsSubscriberHasSeenMustBeSaid() {
        Throwable failure = conflict();

        assertThat(repetition.isRepeated(LAST, TransactionOutcome.ROLLED_BACK, failure, null, true))
                .isFalse();
        assertThat(remarkOn(failure))
                .isEqualTo(
                        "transfer: not run again, because its subscriber has seen an element; buffered() would have kept"
                                + " it back");
    }

    @Test
    void theWaitMustEndBeforeTheTimeDoes() {
        left = TICK;
        Throwable failure = conflict();
        assertThat(isRepeatedAfter(failure)).isFalse();
        assertThat(remarkOn(failure)).endsWith("its time would be over before the next attempt: 1 ms are left");

        left = TICK.plusNanos(1);
        assertThat(isRepeatedAfter(conflict())).isTrue();
    }

    @Test
    void whatADialectThrowsMustCostTheRetryAndNoMore() {
        IllegalStateException planted = new IllegalStateException("planted");
        dialect.classified((phase, error) -> {
            throw planted;
        });
        Throwable failure = conflict();

        assertThat(isRepeatedAfter(failure)).isFalse();
        assertThat(failure.getSuppressed()).containsExactly(planted);
    }

    @Test
    void afterTheGraceNothingMustBeRunAgain() {
        running.close(closure);
        running.endAll(closure);
        Throwable failure = conflict();

        assertThat(isRepeatedAfter(failure)).isFalse();
        assertThat(remarkOn(failure)).isEqualTo("transfer: not run again, because " + closure.said());
        assertThat(running.isEmpty()).isTrue();
    }

    @Test
    void theEndOfTheGraceInTheMiddleMustEndIt() {
        whenRepeating = () -> running.endAll(closure);

        assertThat(isRepeatedAfter(conflict())).isFalse();
        assertThat(running.isEmpty()).isTrue();
        assertThat(ends).as("told by the life").isEmpty();
    }

    @Test
    void aCancelThatCameBeforeMustEndIt() {
        repetition.start();
        repetition.onSubscribe(life);
        repetition.cancel();

        assertThat(isRepeatedAfter(conflict())).isFalse();
        assertThat(life.cancels).isOne();
        assertThat(repeating).as("told of another attempt").isZero();
        assertThat(running.isEmpty()).isTrue();
    }

    @Test
    void whatEndsAPauseThatIsOverMustEndTheLifeBehindIt() {
        repetition.start();
        assertThat(isRepeatedAfter(conflict())).isTrue();
        Running.Member over = running.members().get(0);
        timer.task.run();
        over.overdue(closure);

        assertThat(isRepeatedAfter(conflict())).isFalse();
        assertThat(repeating).as("told of another attempt").isOne();
        assertThat(ends).isEmpty();
    }

    @Test
    void aPauseThatIsOverMustNotEndTheNext() {
        repetition.start();
        assertThat(isRepeatedAfter(conflict())).isTrue();
        Running.Member over = running.members().get(0);
        timer.task.run();
        assertThat(isRepeatedAfter(conflict())).isTrue();

        assertThat(over.tooLong(LifePhase.ACQUIRING, TICK)).isFalse();
        assertThat(ends).isEmpty();
    }

    @Test
    void aLostConnectionMustNotUseUpTheBudgetOfConflicts() {
        while (budget.take(false)) {
            // until nothing is left
        }
        dialect.classified((phase, error) -> FailureClass.OUTAGE);
        assertThat(isRepeatedAfter(conflict())).isTrue();
    }

    @Test
    void aConflictMustWaitForABudgetOfItsOwn() {
        while (budget.take(false)) {
            // until nothing is left
        }
        Throwable failure = conflict();

        assertThat(isRepeatedAfter(failure)).isFalse();
        assertThat(remarkOn(failure)).contains("the budget for retries");
        assertThat(running.isEmpty()).isTrue();
    }

    @Test
    void howManyThereWereMustBeSaid() {
        Throwable failure = conflict();

        assertThat(repetition(retry.maxAttempts(1))
                        .isRepeated(LAST, TransactionOutcome.ROLLED_BACK, failure, null, false))
                .isFalse();
        assertThat(remarkOn(failure)).endsWith("because 1 attempt was made, which is maxAttempts");
    }

    @Test
    void withoutATimerTheLifeMustTellItsEnd() {
        timer.insteadOfTaking = () -> {};

        assertThat(isRepeatedAfter(conflict())).isFalse();
        assertThat(running.isEmpty()).isTrue();
        assertThat(ends).isEmpty();
    }

    @Test
    void whoHasEndedThePauseFirstMustHaveToldTheEnd() {
        timer.insteadOfTaking = repetition::cancel;

        assertThat(isRepeatedAfter(conflict())).as("nobody is to hear more").isTrue();
        assertThat(ends).singleElement().satisfies(end -> assertThat(end.left()).isTrue());
        assertThat(running.isEmpty()).isTrue();
    }

    @Test
    void aTimerThatComesTooLateMustStartNothing() {
        repetition.start();
        assertThat(isRepeatedAfter(conflict())).isTrue();
        repetition.cancel();

        assertThat(timer.handle.isDisposed()).isTrue();
        timer.task.run();
        assertThat(lives).containsExactly(1);
        assertThat(ends).hasSize(1);
        assertThat(running.isEmpty()).isTrue();
    }

    @Test
    void theNextAttemptMustHaveItsNumberAndLeaveThePause() {
        repetition.start();
        assertThat(isRepeatedAfter(conflict())).isTrue();
        assertThat(running.isEmpty()).isFalse();
        timer.task.run();

        assertThat(lives).containsExactly(1, 2);
        assertThat(tally.standing().retried()).isOne();
        assertThat(running.isEmpty()).isTrue();
    }

    @Test
    void demandMustReachTheLifeThatRuns() {
        repetition.start();
        repetition.onSubscribe(life);
        assertThat(life.requests).as("nobody has asked").isEmpty();
        repetition.request(3);
        assertThat(life.requests).containsExactly(3L);

        Life next = new Life();
        repetition.onSubscribe(next);
        assertThat(next.requests).containsExactly(3L);
        repetition.request(0);
        Life last = new Life();
        repetition.onSubscribe(last);
        assertThat(last.requests).as("what breaks the rule").containsExactly(0L);
    }

    @Test
    void aCancelBeforeTheLifeIsThereMustReachIt() {
        repetition.start();
        repetition.cancel();
        repetition.onSubscribe(life);

        assertThat(life.cancels).isOne();
        assertThat(life.requests).isEmpty();
    }

    @Test
    void itMustCountFromItsOwnBeginning() {
        repetition.start();
        now++;

        assertThat(repetition.since(9)).isEqualTo(7_000_000);
    }

    @Test
    void whoLooksMustFindItsSubscriberAndItsLife() {
        repetition.start();
        repetition.onSubscribe(life);

        assertThat(repetition.scanUnsafe(Scannable.Attr.ACTUAL)).isSameAs(subscriber);
        assertThat(repetition.scanUnsafe(Scannable.Attr.PARENT)).isSameAs(life);
        assertThat(repetition.scanUnsafe(Scannable.Attr.PREFETCH)).isNull();
    }

    @Test
    void aPauseMustShowHowLongItHasLastedAndCountAsNothing() {
        repetition.start();
        assertThat(isRepeatedAfter(conflict())).isTrue();
        now += 5_000_000;

        ActiveSession seen = running.looked().get(0).session();
        assertThat(seen.name()).isEqualTo("transfer");
        assertThat(seen.waitingPosition()).isOne();
        assertThat(seen.phase()).isEqualTo(LifePhase.ACQUIRING);
        assertThat(seen.age()).isEqualTo(Duration.ofMillis(5));
        assertThat(seen.inPhase()).isEqualTo(Duration.ofMillis(5));
        assertThat(seen.attempt()).isEqualTo(2);
        assertThat(running.takePeak()).isZero();
    }

    @Test
    void aPauseMustBeEndedOnceAndOnlyInItsPhase() {
        repetition.start();
        assertThat(isRepeatedAfter(conflict())).isTrue();
        now += 5_000_000;
        Running.Member pause = running.members().get(0);

        assertThat(pause.tooLong(LifePhase.ACTIVE, TICK)).isFalse();
        assertThat(pause.tooLong(LifePhase.ACQUIRING, TICK)).isTrue();
        assertThat(pause.tooLong(LifePhase.ACQUIRING, TICK)).isFalse();
        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(TransactionTimeoutException.class)
                .hasMessageContaining("5 ms for the next attempt");
        assertThat(ends).singleElement().satisfies(end -> assertThat(end.left()).isFalse());
        assertThat(running.isEmpty()).isTrue();
    }

    @Test
    void theEndOfTheGraceMustEndAPause() {
        repetition.start();
        assertThat(isRepeatedAfter(conflict())).isTrue();
        running.endAll(closure);

        assertThat(subscriber.expectTerminalError()).isInstanceOf(SessionsClosedException.class);
        assertThat(ends).hasSize(1);
        assertThat(running.isEmpty()).isTrue();
    }

    @Test
    void theFirstTenErrorsMustBeKept() {
        repetition.start();
        List<Throwable> failures = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            Throwable failure = conflict();
            failures.add(failure);
            assertThat(isRepeatedAfter(failure)).isTrue();
            timer.task.run();
        }
        IllegalStateException last = new IllegalStateException("last");
        repetition.onError(last);

        assertThat(last.getSuppressed()).containsExactlyElementsOf(failures.subList(0, 10));
        assertThat(subscriber.expectTerminalError()).isSameAs(last);
    }
}
