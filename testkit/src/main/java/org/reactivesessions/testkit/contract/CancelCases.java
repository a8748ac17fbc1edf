package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivestreams.Subscription;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What a cancel leaves behind, whenever it comes: nothing. */
interface CancelCases {

    @Test
    default void aCancelBetweenStatementsMustUndoAll(Stage stage) {
        CountDownLatch between = new CountDownLatch(1);
        Disposable subscription = stage.sessions()
                .withTransaction(session -> Stage.insert(session, 1)
                        .doOnNext(rows -> between.countDown())
                        .then(Mono.never()))
                .subscribe();
        Stage.await(between);

        subscription.dispose();
        stage.quiesce();

        assertThat(stage.accounts()).isZero();
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
        assertThat(stage.ends().get(0).error()).isNull();
        assertThat(stage.sessions().poolStatus().allocated()).isEqualTo(1);
    }

    @Test
    @Requires(Capability.CANCEL_IN_FLIGHT)
    default void aCancelledStatementInFlightMustBeUndone(Stage stage) {
        stage.run("INSERT INTO account (id, balance) VALUES (1, 0)");
        stage.lock("UPDATE account SET balance = 1 WHERE id = 1");
        Disposable subscription = stage.sessions()
                .withTransaction(session -> Stage.insert(session, 2)
                        .then(session.sql("UPDATE account SET balance = 2 WHERE id = 1")
                                .rowsUpdated()))
                .subscribe();
        stage.driver().awaitExecuting("UPDATE account SET balance = 2");

        subscription.dispose();
        stage.unlock();
        stage.quiesce();

        assertThat(stage.accounts()).isEqualTo(1);
        assertThat(stage.number("SELECT balance FROM account WHERE id = 1")).isZero();
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    default void aCancelAtOnceMustLeaveNothing(Stage stage) {
        for (int id = 0; id < 20; id++) {
            int account = id;
            stage.sessions()
                    .withTransaction(session -> Stage.insert(session, account).then(Mono.never()))
                    .subscribe()
                    .dispose();
        }
        stage.quiesce();

        assertThat(stage.accounts()).isZero();
        assertThat(stage.ends()).hasSize(20);
        assertThat(stage.outcomes()).doesNotContain("COMMITTING COMMITTED");
    }

    @Test
    default void aTimeoutMustRollBack(Stage stage) {
        Sinks.Empty<Void> tooLate = Sinks.empty();

        stage.sessions()
                .withTransaction(session -> Stage.insert(session, 1)
                        .doOnNext(rows -> tooLate.tryEmitEmpty())
                        .then(Mono.never()))
                .timeout(tooLate.asMono())
                .as(StepVerifier::create)
                .verifyError(TimeoutException.class);
        stage.quiesce();

        assertThat(stage.accounts()).isZero();
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    default void takeBehindAStreamMustRollBack(Stage stage) {
        stage.sessions()
                .withTransactionMany(session -> Flux.range(1, 5)
                        .concatMap(id -> Stage.insert(session, id).thenReturn(id)))
                .take(2)
                .as(StepVerifier::create)
                .expectNext(1, 2)
                .verifyComplete();
        stage.quiesce();

        assertThat(stage.accounts()).isZero();
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    default void takeInsideAStreamMustCommit(Stage stage) {
        stage.sessions()
                .withTransactionMany(session -> Flux.range(1, 5)
                        .concatMap(id -> Stage.insert(session, id).thenReturn(id))
                        .take(2))
                .as(StepVerifier::create)
                .expectNext(1, 2)
                .verifyComplete();

        assertThat(stage.accounts()).isEqualTo(2);
        assertThat(stage.outcomes()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    default void aCancelInsideOnNextMustDeliverNothingMore(Stage stage) {
        List<Long> seen = new CopyOnWriteArrayList<>();
        CountDownLatch cancelled = new CountDownLatch(1);
        StreamCases.series(stage, 2_000).subscribe(new BaseSubscriber<>() {
            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                subscription.request(Long.MAX_VALUE);
            }

            @Override
            protected void hookOnNext(Long row) {
                seen.add(row);
                if (row == 3) {
                    cancel();
                    cancelled.countDown();
                }
            }
        });
        Stage.await(cancelled);
        stage.quiesce();

        assertThat(seen).containsExactly(1L, 2L, 3L);
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    default void aCancelInsideOnNextMustStopASourceThatNeverPauses(Stage stage) {
        int many = 10_000_000;
        AtomicInteger made = new AtomicInteger();

        stage.sessions()
                .withTransactionMany(session -> Flux.range(1, many).doOnNext(made::set))
                .takeUntil(element -> element == 3)
                .as(StepVerifier::create)
                .expectNext(1, 2, 3)
                .verifyComplete();
        stage.quiesce();

        assertThat(made.get()).isLessThan(many);
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    default void aCancelAfterTheEndMustChangeNothing(Stage stage) {
        AtomicReference<Subscription> subscription = new AtomicReference<>();
        stage.sessions()
                .withTransaction(session -> Stage.insert(session, 1))
                .doOnSubscribe(subscription::set)
                .block(Stage.PATIENCE);

        Objects.requireNonNull(subscription.get()).cancel();
        stage.quiesce();

        assertThat(stage.accounts()).isEqualTo(1);
        assertThat(stage.outcomes()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    default void aCancelWhileWaitingForAConnectionMustLeaveTheQueue(Stage stage) {
        ReactiveSessions single = stage.open(Stage.pool(1));
        CountDownLatch held = new CountDownLatch(1);
        Disposable holder = single.withTransaction(
                        session -> Mono.fromRunnable(held::countDown).then(Mono.never()))
                .subscribe();
        Stage.await(held);
        Disposable waiter =
                single.withTransaction(session -> Stage.insert(session, 1)).subscribe();
        Stage.await(() -> single.poolStatus().pending() == 1);

        waiter.dispose();
        single.quiesced().block(Stage.PATIENCE);

        int pending = single.poolStatus().pending();
        List<String> outcomes = stage.outcomes();
        holder.dispose();
        single.withTransaction(session -> Stage.insert(session, 2)).block(Stage.PATIENCE);

        assertThat(pending).isZero();
        assertThat(outcomes).containsExactly("ACQUIRING NOT_STARTED");
        assertThat(stage.accounts()).isEqualTo(1);
    }

    @Test
    default void aSessionMustEndWithACancel(Stage stage) {
        AtomicReference<Session> kept = new AtomicReference<>();
        CountDownLatch reached = new CountDownLatch(1);
        Disposable subscription = stage.sessions()
                .withTransaction(session -> {
                    kept.set(session);
                    return Mono.fromRunnable(reached::countDown).then(Mono.never());
                })
                .subscribe();
        Stage.await(reached);

        subscription.dispose();
        stage.quiesce();

        assertThatIllegalStateException()
                .isThrownBy(() -> Objects.requireNonNull(kept.get()).sql("SELECT 1"));
    }

    @Test
    default void randomCancelsMustLeaveNoHalfTransaction(Stage stage) {
        AtomicInteger subscribed = new AtomicInteger();
        Flux.range(0, 300)
                .flatMap(
                        id -> stage.sessions()
                                .withTransaction(session -> Stage.insert(session, 2 * id)
                                        .publishOn(Schedulers.parallel())
                                        .then(Stage.insert(session, 2 * id + 1)))
                                .doOnSubscribe(subscription -> subscribed.incrementAndGet())
                                .subscribeOn(Schedulers.parallel())
                                .takeUntilOther(id % 2 == 0 ? Mono.never() : Mono.delay(Duration.ofNanos(id * 3_000L)))
                                .then(),
                        8)
                .blockLast(Stage.PATIENCE);
        stage.quiesce();

        assertThat(stage.number("SELECT COUNT(*) FROM account a WHERE NOT EXISTS"
                        + " (SELECT 1 FROM account b WHERE b.id = a.id + 1 - 2 * MOD(a.id, 2))"))
                .isZero();
        assertThat(stage.ends()).hasSize(subscribed.get());
        assertThat(stage.accounts())
                .isEqualTo(2
                        * stage.outcomes().stream()
                                .filter("COMMITTING COMMITTED"::equals)
                                .count())
                .isGreaterThanOrEqualTo(300);
    }
}
