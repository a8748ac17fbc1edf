package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.Scannable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.publisher.TestPublisher;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;

/** The signals of a transaction of one value. */
class SignalsTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    @Test
    void theValueMustComeAfterTheAnswerToCommit() {
        database.hold("COMMIT");
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        database.last("COMMIT").complete();

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1L);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void theValueMustWaitForDemandAndTheTransactionMustNot() {
        TestSubscriber<Long> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        stage.mono(connection -> update(connection, "UPDATE")).subscribe(subscriber);
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(subscriber.isTerminated()).isFalse();
        subscriber.request(1);

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1L);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void anEmptyResultMustCommitAndComplete() {
        TestSubscriber<Void> subscriber =
                stage.run(connection -> update(connection, "UPDATE").then());

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "COMMIT");
    }

    @Test
    void aFailureOfCommitMustDiscardTheValue() {
        List<Object> discarded = new ArrayList<>();
        database.fails("COMMIT", () -> new IllegalStateException("lost"));
        TestSubscriber<Long> subscriber = subscribe(
                stage.mono(connection -> update(connection, "UPDATE")).doOnDiscard(Long.class, discarded::add));

        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        assertThat(subscriber.isTerminatedError()).isTrue();
        assertThat(discarded).containsExactly(1L);
    }

    @Test
    void aSecondValueMustBeDroppedAndTheFirstDelivered() {
        TestSubscriber<Integer> subscriber = stage.run(connection -> Flux.just(1, 2));

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1);
        assertThat(stage.dropped().take()).containsExactly(2);
    }

    @Test
    void aPublisherThatSignalsBehindItsEndMustBeIgnored() {
        List<Object> discarded = new ArrayList<>();
        TestPublisher<Object> wild = TestPublisher.createNoncompliant(TestPublisher.Violation.CLEANUP_ON_TERMINATE);
        TestSubscriber<Object> subscriber =
                subscribe(stage.mono(connection -> wild).doOnDiscard(Object.class, discarded::add));
        wild.next("value").complete();
        wild.next("late").complete().error(new IllegalStateException("late"));

        assertThat(subscriber.getReceivedOnNext()).containsExactly("value");
        assertThat(subscriber.getProtocolErrors()).isEmpty();
        assertThat(discarded).containsExactly("late");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void aSecondSubscriptionOfTheFunctionMustBeCancelled() {
        List<String> heard = new ArrayList<>();
        TestSubscriber<Object> subscriber = stage.run(connection -> actual -> {
            actual.onSubscribe(Operators.emptySubscription());
            actual.onSubscribe(new Subscription() {
                @Override
                public void request(long n) {
                    heard.add("request");
                }

                @Override
                public void cancel() {
                    heard.add("cancel");
                }
            });
            actual.onComplete();
        });

        assertThat(heard).containsExactly("cancel");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void invalidDemandMustEndTheTransactionInEveryPhase() {
        for (String phase : List.of("CONNECT", "BEGIN", "UPDATE")) {
            database.hold(phase);
            Raw raw = new Raw();
            stage.mono(connection -> update(connection, "UPDATE")).subscribe(raw);
            raw.subscription().request(0);
            database.letPass(phase).last(phase).complete();

            assertThat(raw.error())
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("request must be > 0 (Reactive Streams §3.9), but was 0");
        }
        assertThat(database.wire()).doesNotContain("COMMIT");
        assertThat(stage.ends())
                .extracting(end -> end.replaceAll(" request.*", ""))
                .containsExactly("ACQUIRING NOT_STARTED", "BEGINNING ROLLED_BACK", "ACTIVE ROLLED_BACK");
    }

    @Test
    void invalidDemandBehindCommitMustNotChangeTheOutcome() {
        database.hold("COMMIT");
        Raw raw = new Raw();
        stage.mono(connection -> Mono.empty()).subscribe(raw);
        raw.subscription().request(-1);
        database.last("COMMIT").complete();
        raw.subscription().request(-1);

        assertThat(raw.signals).containsExactly("complete");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void aSubscriberThatThrowsMustBeLoggedAndChangeNothing() {
        try (Logs logs = Logs.listen()) {
            Raw raw = new Raw() {
                @Override
                public void onComplete() {
                    throw new NoClassDefFoundError("subscriber");
                }
            };
            stage.mono(connection -> Mono.empty()).subscribe(raw);

            assertThat(logs.lines()).contains("ERROR transfer: its subscriber threw out of a terminal signal");
        }
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void theFunctionMustSeeTheSubscribersContext() {
        String user = stage.mono(connection -> Mono.deferContextual(context -> Mono.just(context.<String>get("user"))))
                .contextWrite(Context.of("user", "ann"))
                .block();

        assertThat(user).isEqualTo("ann");
    }

    @Test
    void statementsMustSeeTheSubscribersContext() {
        database.rows("SELECT", "a");
        List<String> users = new ArrayList<>();
        stage.mono(connection -> rows(connection, "SELECT")
                        .flatMap(row -> Mono.deferContextual(context -> {
                            users.add(context.get("user"));
                            return Mono.just(row);
                        }))
                        .then())
                .contextWrite(Context.of("user", "ann"))
                .block();

        assertThat(users).containsExactly("ann");
    }

    @Test
    void theSubscriptionMustTellAboutItself() {
        TestSubscriber<Object> subscriber = stage.run(connection -> Mono.empty());
        Scannable life = Objects.requireNonNull(subscriber.scan(Scannable.Attr.PARENT));

        assertThat(life.scan(Scannable.Attr.ACTUAL)).isSameAs(subscriber);
        assertThat(life.scan(Scannable.Attr.TERMINATED)).isTrue();
        assertThat(life.scan(Scannable.Attr.PREFETCH)).isZero();
    }

    /** A subscriber without any of Reactor's manners. */
    private static class Raw implements CoreSubscriber<Object> {

        private final List<String> signals = new ArrayList<>();
        private final List<Throwable> errors = new ArrayList<>();
        private final List<Subscription> subscriptions = new ArrayList<>();

        Subscription subscription() {
            return subscriptions.get(0);
        }

        Throwable error() {
            return errors.get(0);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            subscriptions.add(subscription);
        }

        @Override
        public void onNext(Object element) {
            signals.add("next");
        }

        @Override
        public void onError(Throwable error) {
            signals.add("error");
            errors.add(Objects.requireNonNull(error));
        }

        @Override
        public void onComplete() {
            signals.add("complete");
        }
    }
}
