package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** Many transactions on few connections. */
interface PoolCases {

    @Test
    default void thePoolMustBeVisible(Stage stage) {
        ReactiveSessions single = stage.open(Stage.pool(1));
        assertThat(single.poolStatus()).isEqualTo(Stage.status(0, 0, 0, 1));

        StepVerifier.create(single.withTransaction(session -> Mono.fromSupplier(single::poolStatus)))
                .expectNext(Stage.status(1, 0, 1, 1))
                .verifyComplete();

        assertThat(single.poolStatus()).isEqualTo(Stage.status(0, 1, 1, 1));
    }

    @Test
    default void oneConnectionMustServeTransactionsInTurn(Stage stage) {
        ReactiveSessions single = stage.open(Stage.pool(1));

        Flux.range(0, 40)
                .concatMap(id -> single.withTransaction(session -> Stage.insert(session, id / 2))
                        .onErrorComplete())
                .blockLast(Stage.PATIENCE);

        assertThat(stage.accounts()).isEqualTo(20);
        assertThat(stage.outcomes().stream().filter("COMMITTING COMMITTED"::equals))
                .hasSize(20);
        assertThat(single.poolStatus()).isEqualTo(Stage.status(0, 1, 1, 1));
    }

    @Test
    default void manyTransactionsOnFewConnectionsMustAllCommit(Stage stage) {
        Flux.range(0, 200)
                .flatMap(
                        id -> stage.sessions()
                                .withTransaction(session -> Stage.insert(session, id))
                                .subscribeOn(Schedulers.parallel()),
                        40)
                .blockLast(Stage.PATIENCE);

        assertThat(stage.accounts()).isEqualTo(200);
        assertThat(stage.outcomes()).hasSize(200).containsOnly("COMMITTING COMMITTED");
        assertThat(stage.sessions().poolStatus().allocated()).isBetween(1, 4);
    }

    @Test
    default void whoFindsTheQueueFullMustBeRefusedAtOnce(Stage stage) {
        ReactiveSessions single = stage.open(Stage.pool(1).maxPending(1));
        CountDownLatch held = new CountDownLatch(1);
        Disposable holder = single.withTransaction(
                        session -> Mono.fromRunnable(held::countDown).then(Mono.never()))
                .subscribe();
        Stage.await(held);
        TestSubscriber<Long> waiter = TestSubscriber.create();
        single.withTransaction(session -> Stage.insert(session, 1)).subscribe(waiter);
        Stage.await(() -> single.poolStatus().pending() == 1);

        single.withTransaction(TransactionOptions.defaults().named("transfer"), session -> Stage.insert(session, 2))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(DatabaseUnavailableException.class)
                        .hasMessageContaining("1 scopes are waiting already")
                        .hasMessageContaining("transfer"));
        holder.dispose();
        waiter.block(Stage.PATIENCE);

        assertThat(waiter.getReceivedOnNext()).containsExactly(1L);
        assertThat(stage.outcomes())
                .containsExactly("ACQUIRING NOT_STARTED", "ACTIVE ROLLED_BACK", "COMMITTING COMMITTED");
        assertThat(stage.accounts()).isEqualTo(1);
    }

    @Test
    default void quiescedMustWaitForTheCleanUpOfACancel(Stage stage) {
        CountDownLatch reached = new CountDownLatch(1);
        Disposable subscription = stage.sessions()
                .withTransaction(session -> Stage.insert(session, 1)
                        .doOnNext(rows -> reached.countDown())
                        .then(Mono.never()))
                .subscribe();
        Stage.await(reached);
        subscription.dispose();

        stage.sessions().quiesced().block(Stage.PATIENCE);

        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
        assertThat(stage.sessions().poolStatus()).isEqualTo(Stage.status(0, 1, 1, 4));
    }
}
