package org.reactivesessions.transaction;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Subscription;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** What the subscriber, the listener and hooks hear of a transaction that is run again. */
class RetrySignalsTest extends Retried {

    @Test
    void demandThatBreaksTheRuleInAPauseMustBeAnErrorOfTheNextAttempt() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(1).build();
        stage.transactions()
                .flux(retried(RETRY), connection -> update(connection, "UPDATE").thenMany(Flux.just("a", "b")))
                .subscribe(subscriber);
        subscriber
                .parents()
                .filter(Subscription.class::isInstance)
                .findFirst()
                .ifPresent(repetition -> ((Subscription) repetition).request(0));
        database.recovers("UPDATE");

        stage.pass(ENOUGH);

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("request must be > 0");
    }

    @Test
    void aCancelOutOfTheEventMustEndItBehindThat() {
        List<String> heard = new ArrayList<>();
        AtomicReference<TestSubscriber<Long>> subscriber = new AtomicReference<>();
        stage.listener(new SessionListener() {
            @Override
            public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
                heard.add("ended " + outcome);
            }

            @Override
            public void repeating(String name, int next, Duration wait, TransactionOutcome outcome, Throwable error) {
                heard.add("repeating");
                requireNonNull(subscriber.get()).cancel();
            }
        });
        database.hold("UPDATE");
        subscriber.set(transfer(RETRY));
        database.last("UPDATE").fail(conflict());
        stage.pass(ENOUGH);

        assertThat(heard).containsExactly("repeating", "ended ROLLED_BACK");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aCancelBetweenTwoAttemptsMustEndIt() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<Long> subscriber = transfer(RETRY);
        assertThat(stage.ends()).isEmpty();

        subscriber.cancel();

        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK could not serialize access");
        stage.pass(ENOUGH);
        assertThat(calls).hasValue(1);
        assertThat(stage.ends()).hasSize(1);
    }

    @Test
    void aCancelOfALaterAttemptMustRollItBack() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<Long> subscriber = transfer(RETRY);
        database.recovers("UPDATE");
        database.hold("UPDATE");
        stage.pass(ENOUGH);

        subscriber.cancel();
        database.last("UPDATE").complete();

        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK", "BEGIN", "UPDATE", "ROLLBACK");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    void demandMustReachTheAttemptThatDelivers() {
        database.fails("UPDATE", RetryTest::conflict);
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(1).build();
        stage.transactions()
                .flux(retried(RETRY), connection -> update(connection, "UPDATE").thenMany(Flux.just("a", "b")))
                .subscribe(subscriber);
        subscriber.request(1);
        database.recovers("UPDATE");

        stage.pass(ENOUGH);

        assertThat(subscriber.getReceivedOnNext()).containsExactly("a", "b");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void aStreamThatHasDeliveredMustNotBeRunAgain() {
        TestSubscriber<String> subscriber = subscribe(stage.transactions().flux(retried(RETRY), connection -> {
            calls.incrementAndGet();
            return Flux.concat(Flux.just("a"), Flux.error(conflict()));
        }));

        stage.pass(ENOUGH);

        assertThat(subscriber.getReceivedOnNext()).containsExactly("a");
        assertThat(subscriber.expectTerminalError()).hasMessage("could not serialize access");
        assertThat(calls).hasValue(1);
    }

    @Test
    void aBufferedStreamMustBeRunAgainAndDeliverOnce() {
        TestSubscriber<String> subscriber = subscribe(stage.transactions()
                .flux(
                        retried(RETRY.buffered(2)),
                        connection -> calls.incrementAndGet() == 1
                                ? Flux.concat(Flux.just("a"), Flux.error(conflict()))
                                : Flux.just("a", "b")));
        assertThat(subscriber.getReceivedOnNext()).isEmpty();

        stage.pass(ENOUGH);

        assertThat(subscriber.getReceivedOnNext()).containsExactly("a", "b");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void aBufferedStreamThatIsTooLongMustRollBack() {
        TestSubscriber<Integer> subscriber =
                subscribe(stage.transactions().flux(retried(RETRY.buffered(2)), connection -> Flux.range(0, 3)));

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("more than the 2 elements");
        assertThat(stage.ends()).hasSize(1).first().asString().startsWith("ACTIVE ROLLED_BACK");
    }

    @Test
    void hooksMustBelongToTheirAttempt() {
        List<String> hooks = new ArrayList<>();
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        retried(RETRY),
                        connection -> Mono.deferContextual(context -> {
                            Scope<GatedConnection> scope =
                                    requireNonNull(stage.transactions().outer(context));
                            int attempt = scope.attempt();
                            scope.afterCommit(() -> Mono.fromRunnable(() -> hooks.add("commit " + attempt)));
                            scope.afterRollback(() -> Mono.fromRunnable(() -> hooks.add("rollback " + attempt)));
                            return attempt == 1 ? Mono.<Long>error(conflict()) : update(connection, "UPDATE");
                        })));

        stage.pass(ENOUGH);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(hooks).containsExactly("rollback 1", "commit 2");
    }
}
