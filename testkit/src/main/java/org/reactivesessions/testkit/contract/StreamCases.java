package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** What leaves a transaction while it lasts: on demand, in order, and with its end after COMMIT. */
interface StreamCases {

    /** Counts from 1 to the argument, one row each. */
    String SERIES = "SELECT * FROM GENERATE_SERIES(1, $1)";

    /** A stream of numbers out of a transaction. */
    static Flux<Long> series(Stage stage, int rows) {
        return stage.sessions()
                .withTransactionMany(session -> session.sql(SERIES, rows).all(row -> row.get(0, Long.class)));
    }

    @Test
    default void rowsMustComeOnlyOnDemandAndTheEndAfterCommit(Stage stage) {
        StepVerifier.create(series(stage, 5), 0)
                .expectSubscription()
                .thenRequest(2)
                .expectNext(1L, 2L)
                .then(() -> assertThat(stage.outcomes()).isEmpty())
                .thenRequest(3)
                .expectNext(3L, 4L, 5L)
                .verifyComplete();

        assertThat(stage.outcomes()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    default void anEmptyStreamMustCommit(Stage stage) {
        StepVerifier.create(stage.sessions().withTransactionMany(session -> Flux.empty()), 0)
                .verifyComplete();
        StepVerifier.create(series(stage, 0), 1).verifyComplete();

        assertThat(stage.outcomes()).containsExactly("COMMITTING COMMITTED", "COMMITTING COMMITTED");
    }

    @Test
    default void aValueMustWaitForDemandBehindItsCommit(Stage stage) {
        TestSubscriber<Long> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        stage.sessions().withTransaction(session -> Stage.insert(session, 1)).subscribe(subscriber);
        Stage.await(() -> stage.outcomes().contains("COMMITTING COMMITTED"));
        assertThat(subscriber.getReceivedOnNext()).isEmpty();

        subscriber.request(1);
        subscriber.block(Stage.PATIENCE);

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1L);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    default void rowsMustKeepTheirOrderWhenDemandComesFromAnotherThread(Stage stage) {
        AtomicLong last = new AtomicLong();

        series(stage, 20_000)
                .publishOn(Schedulers.parallel(), 1)
                .as(StepVerifier::create)
                .thenConsumeWhile(row -> row == last.incrementAndGet())
                .verifyComplete();

        assertThat(last).hasValue(20_000);
    }

    @Test
    default void anErrorBehindRowsMustRollBackAndComeAfterThem(Stage stage) {
        IllegalStateException mine = new IllegalStateException("mine");

        stage.sessions()
                .withTransactionMany(session -> Flux.range(1, 2)
                        .concatMap(id -> Stage.insert(session, id).thenReturn(id))
                        .concatWith(Mono.error(mine)))
                .as(StepVerifier::create)
                .expectNext(1, 2)
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(mine));

        assertThat(stage.accounts()).isZero();
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    default void severalStatementsMustStreamInTurn(Stage stage) {
        stage.sessions()
                .withTransactionMany(session -> session.sql(SERIES, 3)
                        .all(row -> row.get(0, Long.class))
                        .concatWith(Stage.insert(session, 1))
                        .concatWith(session.sql(SERIES, 2).all(row -> row.get(0, Long.class))))
                .as(StepVerifier::create)
                .expectNext(1L, 2L, 3L, 1L, 1L, 2L)
                .verifyComplete();

        assertThat(stage.accounts()).isEqualTo(1);
    }
}
