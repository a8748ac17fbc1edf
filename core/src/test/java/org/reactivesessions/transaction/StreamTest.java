package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.scripted.Exchange;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Operators;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** The signals of a transaction of a stream. */
class StreamTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    private Flux<String> report() {
        return stage.flux(connection -> rows(connection, "SELECT"));
    }

    @Test
    void elementsMustComeBeforeCommitAndTheEndBehindItsAnswer() {
        database.rows("SELECT", "a", "b").hold("COMMIT");
        TestSubscriber<String> subscriber = subscribe(report());
        assertThat(subscriber.getReceivedOnNext()).containsExactly("a", "b");
        assertThat(subscriber.isTerminated()).isFalse();
        database.last("COMMIT").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(subscriber.getProtocolErrors()).isEmpty();
    }

    @Test
    void aFailureOfCommitMustBeTheEnd() {
        database.rows("SELECT", "a").fails("COMMIT", () -> new R2dbcNonTransientResourceException("reset"));
        TestSubscriber<String> subscriber = subscribe(report());

        assertThat(subscriber.getReceivedOnNext()).containsExactly("a");
        assertThat(subscriber.expectTerminalError()).isInstanceOf(CommitOutcomeUnknownException.class);
    }

    @Test
    void demandMustReachTheStatementAndNotMore() {
        database.hold("SELECT");
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        report().subscribe(subscriber);
        Exchange select = database.last("SELECT").rows("a", "b", "c");
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        subscriber.request(2);
        assertThat(subscriber.getReceivedOnNext()).containsExactly("a", "b");
        subscriber.request(1);
        select.complete();

        assertThat(subscriber.getReceivedOnNext()).containsExactly("a", "b", "c");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(select.touches())
                .extracting(touch -> touch.replaceAll("@.*", ""))
                .containsExactly("request 2", "request 1");
    }

    @Test
    void demandBeforeBeginsAnswerMustBeKeptForTheFunction() {
        database.hold("BEGIN").rows("SELECT", "a", "b", "c");
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        report().subscribe(subscriber);
        subscriber.request(1);
        subscriber.request(1);
        database.last("BEGIN").complete();

        assertThat(subscriber.getReceivedOnNext()).containsExactly("a", "b");
        subscriber.request(1);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void aCancelInsideAnElementMustRollBackAndDeliverNothingMore() {
        database.rows("SELECT", "a", "b", "c");
        List<String> seen = new ArrayList<>();
        report().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnNext(String element) {
                seen.add(element);
                cancel();
            }
        });

        assertThat(seen).containsExactly("a");
        assertThat(database.wire()).containsExactly("BEGIN", "SELECT", "ROLLBACK");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    void takeMustRollBackAndBeSaidOncePerName() {
        database.rows("SELECT", "a", "b");
        try (Logs logs = Logs.listen()) {
            StepVerifier.create(report().take(1)).expectNext("a").verifyComplete();
            StepVerifier.create(report().next()).expectNext("a").verifyComplete();

            assertThat(logs.lines())
                    .filteredOn(line -> line.startsWith("INFO"))
                    .containsExactly("INFO stream: cancelled by its subscriber after 1 row(s): rolled back; take(n) and"
                            + " next() cancel. Use withTransaction(…collectList()) to keep the transaction. Said once"
                            + " per name.");
        }
        assertThat(database.wire()).containsExactly("BEGIN", "SELECT", "ROLLBACK", "BEGIN", "SELECT", "ROLLBACK");
    }

    @Test
    void itMustBeSaidForAThousandNamesAndNotMore() {
        database.rows("SELECT", "a", "b");
        try (Logs logs = Logs.listen()) {
            for (int i = 0; i <= 1_000; i++) {
                stage.transactions()
                        .<String>flux(
                                TransactionOptions.defaults().named("name " + i),
                                connection -> rows(connection, "SELECT"))
                        .next()
                        .block();
            }

            assertThat(logs.lines()).filteredOn(line -> line.startsWith("INFO")).hasSize(1_000);
        }
    }

    @Test
    void aCancelBehindAnErrorMustNotBeSaidToHaveRolledBack() {
        database.rows("SELECT", "a").hold("ROLLBACK");
        TestSubscriber<String> subscriber = subscribe(stage.flux(
                connection -> rows(connection, "SELECT").concatWith(Mono.error(new IllegalStateException("boom")))));
        try (Logs logs = Logs.listen()) {
            subscriber.cancel();
            database.last("ROLLBACK").complete();

            assertThat(logs.lines()).noneMatch(line -> line.startsWith("INFO"));
        }
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK boom");
    }

    @Test
    void aCancelBeforeTheFirstElementMustNotBeSaid() {
        try (Logs logs = Logs.listen()) {
            subscribe(stage.flux(connection -> Mono.never())).cancel();

            assertThat(logs.lines()).noneMatch(line -> line.startsWith("INFO"));
        }
    }

    @Test
    void aSubscriberThatThrowsOutOfAnElementMustRollBackAndHearIt() {
        database.rows("SELECT", "a", "b");
        List<String> seen = new ArrayList<>();
        report().subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            protected void hookOnNext(String element) {
                seen.add(element);
                throw new NoClassDefFoundError(element);
            }

            @Override
            protected void hookOnError(Throwable error) {
                seen.add("error " + error.getMessage());
            }
        });

        assertThat(seen).containsExactly("a", "error a");
        assertThat(database.wire()).containsExactly("BEGIN", "SELECT", "ROLLBACK");
    }

    @Test
    void elementsBehindTheEndMustBeDiscarded() {
        database.hold("ROLLBACK");
        List<Object> discarded = new ArrayList<>();
        TestSubscriber<Object> subscriber = subscribe(stage.flux(connection -> actual -> {
                    actual.onSubscribe(Operators.emptySubscription());
                    actual.onError(new IllegalStateException("boom"));
                    actual.onNext("late");
                })
                .doOnDiscard(Object.class, discarded::add));
        database.last("ROLLBACK").complete();

        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        assertThat(discarded).containsExactly("late");
        assertThat(subscriber.expectTerminalError()).hasMessage("boom");
    }

    @Test
    void anErrorOfTheFunctionAfterACancelMustBeDropped() {
        TestSubscriber<Object> subscriber =
                subscribe(stage.flux(connection -> actual -> actual.onSubscribe(new Subscription() {
                    @Override
                    public void request(long n) {
                        // Fails only when it is cancelled.
                    }

                    @Override
                    public void cancel() {
                        actual.onError(new IllegalStateException("cancelled"));
                    }
                })));
        subscriber.cancel();

        assertThat(subscriber.isTerminated()).isFalse();
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    void anOutcomeNobodyHearsMustBeLogged() {
        database.hold("COMMIT");
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
        try (Logs logs = Logs.listen()) {
            subscriber.cancel();
            database.last("COMMIT").fail(new R2dbcNonTransientResourceException("reset"));

            assertThat(logs.lines())
                    .anySatisfy(line -> assertThat(line)
                            .startsWith("ERROR transfer: COMMIT was sent and not answered")
                            .contains("its subscriber has left and does not hear of it"));
        }
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING IN_DOUBT");
    }
}
