package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.AttemptReport;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.TransactionObserver;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;
import reactor.util.context.ContextView;

/** What a listener hears of the runs of a transaction, and who watches one. */
class ObservedTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final Stage stage = new Stage();

    private final List<AttemptReport> reports = new CopyOnWriteArrayList<>();
    private final List<String> seen = new CopyOnWriteArrayList<>();

    ObservedTest() {
        stage.listener(new Watching());
    }

    private final class Watching implements SessionListener {

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            seen.add("listener: ended " + outcome);
        }

        @Override
        public TransactionObserver started(String name, ContextView context) {
            seen.add("started " + name + " by " + context.getOrDefault("who", "nobody"));
            return new Observer();
        }

        @Override
        public void attempted(AttemptReport report) {
            reports.add(report);
        }
    }

    private final class Observer implements TransactionObserver {

        @Override
        public Context inside(Context context) {
            return context.put("span", "7");
        }

        @Override
        public void acquired(int attempt, Duration waited) {
            seen.add("acquired " + attempt + " after " + waited);
        }

        @Override
        public void attempted(AttemptReport report) {
            seen.add("attempted " + report.attempt() + (report.repeated() ? ", to be repeated" : ""));
        }

        @Override
        public void ended(LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            seen.add("ended " + phase + " " + outcome);
        }
    }

    private TestSubscriber<Long> held(String... commands) {
        stage.database().hold(commands);
        return stage.run(connection -> update(connection, "UPDATE"));
    }

    @Test
    void theTimesOfARunMustFollowOneAnother() {
        TestSubscriber<Long> before = held("BEGIN");
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE")
                .delayElement(SECOND.multipliedBy(3))
                .then(Mono.just(1L)));
        stage.pass(SECOND);
        stage.database().letPass("BEGIN").last("BEGIN").fail(new R2dbcBadGrammarException("no", "42601"));
        assertThat(before.isTerminatedError()).isTrue();
        stage.database().hold("COMMIT");
        stage.pass(SECOND.multipliedBy(3));
        stage.pass(SECOND.multipliedBy(2));
        stage.database().last("COMMIT").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(reports).hasSize(2);
        assertThat(reports.get(0))
                .returns(Duration.ZERO, AttemptReport::acquiring)
                .returns(SECOND, AttemptReport::beginning)
                .returns(Duration.ZERO, AttemptReport::active)
                .returns(LifePhase.BEGINNING, AttemptReport::phase)
                .returns(TransactionOutcome.NOT_STARTED, AttemptReport::outcome)
                .returns(0, AttemptReport::statements);
        assertThat(reports.get(1))
                .returns(SECOND, AttemptReport::acquiring)
                .returns(Duration.ZERO, AttemptReport::beginning)
                .returns(SECOND.multipliedBy(3), AttemptReport::active)
                .returns(SECOND.multipliedBy(2), AttemptReport::ending)
                .returns(SECOND.multipliedBy(5), AttemptReport::held)
                .returns(SECOND.multipliedBy(6), AttemptReport::total)
                .returns(AttemptReport.Kind.TRANSACTION, AttemptReport::kind)
                .returns(TransactionOutcome.COMMITTED, AttemptReport::outcome)
                .returns(1, AttemptReport::statements);
    }

    @Test
    void whoeverGotNoConnectionMustHaveHeldNone() {
        TestSubscriber<Long> holder = held("UPDATE");
        TestSubscriber<Long> waiter = stage.run(connection -> update(connection, "UPDATE"));
        stage.pass(SECOND);
        waiter.cancel();

        assertThat(reports)
                .singleElement()
                .returns(SECOND, AttemptReport::acquiring)
                .returns(Duration.ZERO, AttemptReport::held)
                .returns(true, AttemptReport::cancelled)
                .returns(LifePhase.ACQUIRING, AttemptReport::phase);
        stage.database().completeAll("UPDATE");
        assertThat(holder.isTerminatedComplete()).isTrue();
    }

    @Test
    void anObserverMustSeeAllAttemptsOfItsTransactionAndNothingOfWhatIsInside() {
        Sinks.One<String> inside = Sinks.one();
        Mono<Long> transfer = stage.transactions()
                .mono(
                        TransactionOptions.defaults().named("transfer").retry(TransactionRetry.defaults()),
                        connection -> Mono.deferContextual(context -> {
                            inside.tryEmitValue(context.getOrDefault("span", "none"));
                            return stage.inner(Propagation.NESTED, nested -> update(nested, "UPDATE"));
                        }));
        stage.database().fails("COMMIT", () -> {
            stage.database().recovers("COMMIT");
            return new R2dbcRollbackException("again", "40001");
        });
        TestSubscriber<Long> subscriber = subscribe(transfer.contextWrite(context -> context.put("who", "somebody")));
        stage.pass(SECOND.multipliedBy(10));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(inside.asMono().block()).isEqualTo("7");
        assertThat(seen)
                .containsExactly(
                        "started transfer by somebody",
                        "acquired 1 after PT0S",
                        "attempted 1, to be repeated",
                        "acquired 2 after PT0S",
                        "attempted 2",
                        "listener: ended COMMITTED",
                        "ended COMMITTING COMMITTED");
        assertThat(reports).extracting(AttemptReport::repeated).containsExactly(true, false);
    }

    @Test
    void whoWatchesATransactionMustNotHearOfAnUnwatchedOneInsideIt() {
        stage.listener(new SessionListener() {
            @Override
            public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
                seen.add("listener: ended " + outcome);
            }

            @Override
            public @Nullable TransactionObserver started(String name, ContextView context) {
                return name.equals("outer") ? new Observer() : null;
            }
        });
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults().named("outer"),
                        connection -> stage.inner(Propagation.REQUIRES_NEW, own -> update(own, "UPDATE"))
                                .onErrorReturn(1L))); // it would have to wait for the only connection

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(seen)
                .containsExactly(
                        "acquired 1 after PT0S",
                        "listener: ended NOT_STARTED",
                        "attempted 1",
                        "listener: ended COMMITTED",
                        "ended COMMITTING COMMITTED");
    }

    @Test
    void aMisplacedTransactionMustNotBeStarted() {
        TestSubscriber<Long> subscriber =
                subscribe(stage.inner(Propagation.MANDATORY, connection -> update(connection, "UPDATE")));

        assertThat(subscriber.isTerminatedError()).isTrue();
        assertThat(seen).isEmpty();
    }

    @Test
    void whatAnObserverThrowsMustChangeNothing() {
        stage.listener(new SessionListener() {
            @Override
            public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
                throw new IllegalStateException("ended");
            }

            @Override
            public void attempted(AttemptReport report) {
                throw new IllegalStateException("attempted");
            }

            @Override
            public TransactionObserver started(String name, ContextView context) {
                return new TransactionObserver() {
                    @Override
                    public Context inside(Context subscribers) {
                        throw new IllegalStateException("inside");
                    }

                    @Override
                    public void acquired(int attempt, Duration waited) {
                        throw new IllegalStateException("acquired");
                    }

                    @Override
                    public void attempted(AttemptReport report) {
                        throw new IllegalStateException("observer: attempted");
                    }

                    @Override
                    public void ended(LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
                        throw new IllegalStateException("observer: ended");
                    }
                };
            }
        });

        assertThat(stage.run(connection -> update(connection, "UPDATE")).isTerminatedComplete())
                .isTrue();
    }
}
