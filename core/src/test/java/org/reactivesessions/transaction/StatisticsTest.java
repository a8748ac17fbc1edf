package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivesessions.observation.SessionFigures;
import org.reactivesessions.observation.SessionStatistics;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** What is counted, since the start and since the last call. */
class StatisticsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final Stage stage = new Stage();

    private SessionFigures sinceStart() {
        return stage.transactions().statistics().sinceStart();
    }

    private TestSubscriber<Long> update1() {
        return stage.run(connection -> update(connection, "UPDATE"));
    }

    @Test
    void everyOutcomeMustBeCountedOnce() {
        update1();
        stage.run(connection -> Mono.error(new IllegalStateException("no")));
        stage.database().fails("BEGIN", () -> new R2dbcBadGrammarException("no", "42601"));
        update1();
        stage.database().recovers("BEGIN").hold("COMMIT");
        update1();
        stage.database().connection(0).lose();
        stage.database().letPass("COMMIT").hold("UPDATE");
        update1().cancel();

        assertThat(sinceStart())
                .returns(5L, SessionFigures::opened)
                .returns(1L, SessionFigures::committed)
                .returns(2L, SessionFigures::rolledBack)
                .returns(1L, SessionFigures::notStarted)
                .returns(1L, SessionFigures::inDoubt)
                .returns(1L, SessionFigures::cancelled)
                .returns(5L, SessionFigures::ended);
    }

    @Test
    void whatIsPartOfATransactionMustNotBeCounted() {
        stage.run(connection -> stage.inner(Propagation.NESTED, nested -> update(nested, "UPDATE"))
                .then(stage.inner(Propagation.REQUIRED, joined -> update(joined, "UPDATE"))));
        subscribe(stage.transactions().sessionMono(connection -> update(connection, "SELECT")));

        assertThat(sinceStart())
                .returns(1L, SessionFigures::opened)
                .returns(1L, SessionFigures::committed)
                .returns(1, SessionFigures::peakConcurrent);
    }

    @Test
    void whatIsRunAgainMustBeOneTransaction() {
        stage.database().fails("COMMIT", () -> {
            stage.database().recovers("COMMIT");
            return new R2dbcRollbackException("again", "40001");
        });
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults().retry(TransactionRetry.defaults()),
                        connection -> update(connection, "UPDATE")));
        assertThat(sinceStart()).returns(0L, SessionFigures::retried);
        stage.pass(SECOND.multipliedBy(10));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(sinceStart())
                .returns(1L, SessionFigures::opened)
                .returns(1L, SessionFigures::committed)
                .returns(0L, SessionFigures::rolledBack)
                .returns(1L, SessionFigures::retried);
    }

    @Test
    void theTimesMustBeThoseOfTheRuns() {
        stage.database().hold("UPDATE");
        TestSubscriber<Long> first = update1();
        TestSubscriber<Long> second = update1();
        stage.pass(SECOND.multipliedBy(3));
        stage.database().last("UPDATE").complete();
        stage.pass(SECOND);
        stage.database().last("UPDATE").complete();

        assertThat(List.of(first, second)).allMatch(TestSubscriber::isTerminatedComplete);
        assertThat(sinceStart())
                .returns(SECOND.multipliedBy(4), SessionFigures::longest)
                .returns(Duration.ofMillis(1_500), SessionFigures::meanWait) // 0 and 3
                .returns(SECOND.multipliedBy(2), SessionFigures::meanHold) // 3 and 1
                .returns(2, SessionFigures::peakConcurrent)
                .returns(SECOND.multipliedBy(4), SessionFigures::over);
    }

    @Test
    void whoGotNoConnectionMustHaveHeldNone() {
        stage.database().hold("UPDATE");
        TestSubscriber<Long> holder = update1();
        TestSubscriber<Long> waiter = update1();
        stage.pass(stage.source().acquireTimeout());
        stage.database().letPass("UPDATE").last("UPDATE").complete();

        assertThat(holder.isTerminatedComplete()).isTrue();
        assertThat(waiter.isTerminatedError()).isTrue();
        assertThat(sinceStart())
                .returns(1L, SessionFigures::acquireTimeouts)
                .returns(1L, SessionFigures::notStarted)
                .returns(stage.source().acquireTimeout(), SessionFigures::meanHold);
    }

    @Test
    void theTimeOfATransactionMustBeCountedWhenItIsOver() {
        stage.database().hold("UPDATE");
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults().timeout(SECOND),
                        connection -> update(connection, "UPDATE").onErrorResume(error -> Mono.never())));
        stage.pass(SECOND);

        assertThat(subscriber.isTerminatedError()).isTrue();
        assertThat(sinceStart()).returns(1L, SessionFigures::timeouts).returns(1L, SessionFigures::rolledBack);
    }

    @Test
    void aTimeThatWasOverElsewhereMustNotBeCounted() {
        Throwable elsewhere = new TransactionTimeoutException("other", LifePhase.ACTIVE, SECOND, "other", "nothing");
        stage.run(connection -> Mono.error(elsewhere));

        assertThat(sinceStart()).returns(0L, SessionFigures::timeouts).returns(1L, SessionFigures::rolledBack);
    }

    @Test
    void theSecondViewMustBeginAnewWithEveryCall() {
        update1();
        Sinks.One<Long> end = Sinks.one();
        TestSubscriber<Long> open = stage.run(connection -> end.asMono());
        stage.pass(SECOND);
        SessionStatistics first = stage.transactions().statistics();
        assertThat(first.sinceLastCall()).isEqualTo(first.sinceStart()).returns(2L, SessionFigures::opened);
        stage.pass(SECOND.multipliedBy(2));
        end.tryEmitValue(1L);
        SessionStatistics second = stage.transactions().statistics();
        SessionStatistics third = stage.transactions().statistics();

        assertThat(open.isTerminatedComplete()).isTrue();
        assertThat(second.sinceLastCall())
                .returns(0L, SessionFigures::opened)
                .returns(1L, SessionFigures::committed)
                .returns(1, SessionFigures::peakConcurrent)
                .returns(SECOND.multipliedBy(2), SessionFigures::over)
                .returns(SECOND.multipliedBy(3), SessionFigures::longest);
        assertThat(third.sinceLastCall())
                .returns(0L, SessionFigures::ended)
                .returns(0, SessionFigures::peakConcurrent)
                .returns(Duration.ZERO, SessionFigures::longest)
                .returns(Duration.ZERO, SessionFigures::meanHold)
                .returns(0L, figures -> figures.connections().opened());
        assertThat(third.sinceStart())
                .returns(2L, SessionFigures::committed)
                .returns(SECOND.multipliedBy(3), SessionFigures::longest)
                .returns(1L, figures -> figures.connections().opened());
        assertThat(third.sinceLastCall().toString())
                .startsWith("in 0 ms: 0 opened, 0 committed")
                .doesNotContain("\n");
        assertThat(third.toString()).endsWith("; 0 being cleaned up; 2 opened since the start");
    }

    @Test
    void whatIsCleanedUpBehindItsSubscriberMustBePending() {
        stage.database().hold("UPDATE", "ROLLBACK");
        update1().cancel();
        assertThat(stage.transactions().statistics())
                .returns(1, SessionStatistics::pendingCleanUps)
                .returns(0L, taken -> taken.sinceStart().ended());
        stage.database().last("ROLLBACK").complete();

        assertThat(stage.transactions().statistics())
                .returns(0, SessionStatistics::pendingCleanUps)
                .returns(1L, taken -> taken.sinceStart().cancelled());
    }

    @Test
    void whoeverIsNamedMustBeCounted() {
        Sinks.One<Long> end = Sinks.one();
        stage.run(connection -> end.asMono());
        stage.pass(SECOND.multipliedBy(60));
        end.tryEmitValue(1L);

        assertThat(sinceStart()).returns(1L, SessionFigures::suspected);
    }

    @Test
    void connectionsMustBeCounted() {
        update1();
        stage.database().connection(0).lose();
        update1();

        assertThat(sinceStart().connections())
                .returns(2L, connections -> connections.opened())
                .returns(1L, connections -> connections.closed(ConnectionEnd.LOST))
                .returns(1L, connections -> connections.allClosed())
                .hasToString("connections: 2 opened, 0 refused, 1 closed {LOST=1}");
    }

    /** However the calls fall between the events, every event is in exactly one of the second views. */
    @Test
    void nothingMustBeLostOrCountedTwiceBetweenTwoCalls() throws Exception {
        int threads = 3;
        int each = 200_000;
        Tally tally = stage.transactions().tally();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CountDownLatch begin = new CountDownLatch(1);
        try {
            List<? extends Future<?>> counting = IntStream.range(0, threads)
                    .mapToObj(thread -> pool.submit(() -> {
                        begin.await();
                        for (int i = 0; i < each; i++) {
                            tally.opened();
                            tally.ended(TransactionOutcome.COMMITTED, i % 2 == 0);
                        }
                        return null;
                    }))
                    .toList();
            begin.countDown();
            long opened = 0;
            long committed = 0;
            long cancelled = 0;
            boolean counted;
            do {
                counted = counting.stream().allMatch(Future::isDone);
                SessionFigures some = stage.transactions().statistics().sinceLastCall();
                assertThat(some.opened()).isNotNegative();
                assertThat(some.committed()).isNotNegative();
                opened += some.opened();
                committed += some.committed();
                cancelled += some.cancelled();
                assertThat(opened).isGreaterThanOrEqualTo(committed);
            } while (!counted);
            for (Future<?> one : counting) {
                one.get();
            }
            long all = (long) threads * each;
            assertThat(List.of(opened, committed, cancelled)).containsExactly(all, all, all / 2);
        } finally {
            pool.shutdownNow();
        }
    }
}
