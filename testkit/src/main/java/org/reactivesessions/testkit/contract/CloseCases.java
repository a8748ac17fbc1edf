package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

/** The beginning and the end of sessions. */
interface CloseCases {

    /** A transaction that has written, and goes on when the word is given. */
    private static TestSubscriber<String> running(ReactiveSessions sessions, Mono<String> word) {
        CountDownLatch reached = new CountDownLatch(1);
        TestSubscriber<String> running = TestSubscriber.create();
        sessions.withTransaction(
                        TransactionOptions.defaults().named("transfer"),
                        session -> Stage.insert(session, 1)
                                .doOnNext(rows -> reached.countDown())
                                .then(word))
                .subscribe(running);
        Stage.await(reached);
        return running;
    }

    private static TestSubscriber<Void> closing(ReactiveSessions sessions) {
        TestSubscriber<Void> closing = TestSubscriber.create();
        sessions.close().subscribe(closing);
        return closing;
    }

    private static void assertEnded(TestSubscriber<?> subscriber, TransactionOutcome outcome) {
        assertThat(subscriber.expectTerminalError())
                .isInstanceOfSatisfying(
                        SessionsClosedException.class,
                        closed -> assertThat(closed.outcome()).isEqualTo(outcome));
    }

    @Test
    default void verifyMustSucceedOnADatabaseThatAnswers(Stage stage) {
        stage.sessions().verify(1, Duration.ZERO).as(StepVerifier::create).verifyComplete();

        assertThat(stage.sessions().poolStatus().acquired()).isZero();
        assertThat(stage.outcomes()).isEmpty();
    }

    @Test
    default void closeMustWaitForWhatRunsAndRefuseWhatComes(Stage stage) {
        CountDownLatch reached = new CountDownLatch(1);
        Sinks.One<String> word = Sinks.one();
        TestSubscriber<String> running = TestSubscriber.create();
        TestSubscriber<Void> closing = TestSubscriber.create();
        TestSubscriber<Void> again = TestSubscriber.create();
        stage.sessions()
                .withTransaction(session -> Stage.insert(session, 1)
                        .doOnNext(rows -> reached.countDown())
                        .then(word.asMono()))
                .subscribe(running);
        Stage.await(reached);
        stage.sessions().close().subscribe(closing);
        stage.sessions().close().subscribe(again);

        stage.verify(session -> Stage.insert(session, 2))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("closed"));
        assertThat(closing.isTerminated()).isFalse();
        assertThat(again.isTerminated()).isFalse();
        word.tryEmitValue("done").orThrow();
        running.block(Stage.PATIENCE);
        closing.block(Stage.PATIENCE);
        again.block(Stage.PATIENCE);

        assertThat(running.getReceivedOnNext()).containsExactly("done");
        assertThat(stage.accounts()).isEqualTo(1);
        assertThat(stage.sessions().poolStatus().allocated()).isZero();
    }

    @Test
    default void whoeverComesAfterCloseMustHearWhenAndByWhom(Stage stage) {
        stage.sessions().close().block(Stage.PATIENCE);
        String by = "these sessions were closed at \\d{4}-.*Z by thread \""
                + Thread.currentThread().getName() + "\"";

        stage.verify(session -> Stage.insert(session, 1))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageMatching("transaction: " + by + ".*")
                        .hasCauseInstanceOf(RuntimeException.class));
        stage.sessions()
                .withSession(session -> Mono.just(1))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageMatching("session: " + by + ".*"));
        Mono.from(stage.sessions().connectionFactory().create())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageMatching("session: " + by + ".*"));
        stage.sessions()
                .verify(3, Duration.ZERO)
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).hasMessageMatching("verify: " + by + ".*"));
        stage.sessions()
                .health()
                .as(StepVerifier::create)
                .assertNext(report -> assertThat(report.reason()).matches(by))
                .verifyComplete();
    }

    @Test
    default void afterItsGraceCloseMustEndWhatRunsAndWhatWaits(Stage stage) {
        ReactiveSessions single = stage.open(Stage.pool(1), Duration.ofMillis(50));
        TestSubscriber<String> running = running(single, Mono.never());
        TestSubscriber<Long> waiting = TestSubscriber.create();
        single.withTransaction(session -> Stage.insert(session, 2)).subscribe(waiting);
        TestSubscriber<Void> closing = closing(single);
        running.block(Stage.PATIENCE);
        waiting.block(Stage.PATIENCE);
        closing.block(Stage.PATIENCE);

        assertEnded(running, TransactionOutcome.ROLLED_BACK);
        assertEnded(waiting, TransactionOutcome.NOT_STARTED);
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.accounts()).isZero();
        assertThat(stage.outcomes()).containsExactlyInAnyOrder("ACTIVE ROLLED_BACK", "ACQUIRING NOT_STARTED");
        assertThat(single.poolStatus().allocated()).isZero();
    }

    @Test
    default void aGraceOfZeroMustWaitForNobody(Stage stage) {
        ReactiveSessions hasty = stage.open(Stage.pool(1), Duration.ZERO);
        TestSubscriber<String> running = running(hasty, Mono.never());
        hasty.close().block(Stage.PATIENCE);
        running.block(Stage.PATIENCE);

        assertEnded(running, TransactionOutcome.ROLLED_BACK);
        assertThat(stage.accounts()).isZero();
    }

    @Test
    default void scopesInsideWhatRunsMustBeginWithinTheGrace(Stage stage) {
        Sinks.One<String> word = Sinks.one();
        TestSubscriber<String> running = running(
                stage.sessions(),
                word.asMono()
                        .flatMap(said -> stage.sessions()
                                .withTransaction(inner -> Stage.insert(inner, 2))
                                .then(stage.sessions()
                                        .withTransaction(
                                                TransactionOptions.defaults().propagation(Propagation.REQUIRES_NEW),
                                                inner -> Stage.insert(inner, 3)))
                                .thenReturn(said)));
        TestSubscriber<Void> closing = closing(stage.sessions());
        word.tryEmitValue("done").orThrow();
        running.block(Stage.PATIENCE);
        closing.block(Stage.PATIENCE);

        assertThat(running.getReceivedOnNext()).containsExactly("done");
        assertThat(stage.accounts()).isEqualTo(3);
    }

    @Test
    default void closeMustGoOnThoughItsSubscriberLeaves(Stage stage) {
        Sinks.One<String> word = Sinks.one();
        TestSubscriber<String> running = running(stage.sessions(), word.asMono());
        closing(stage.sessions()).cancel();
        word.tryEmitValue("done").orThrow();
        running.block(Stage.PATIENCE);

        Stage.await(() -> stage.sessions().poolStatus().allocated() == 0);
    }
}
