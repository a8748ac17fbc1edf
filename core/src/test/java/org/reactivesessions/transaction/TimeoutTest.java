package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** The time of a whole transaction: what its subscriber hears when it is over, and what goes on behind his back. */
class TimeoutTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final TransactionOptions LIMITED =
            TransactionOptions.defaults().named("transfer").timeout(LIMIT);

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    private <T> TestSubscriber<T> run(TransactionOptions options, Function<GatedConnection, Publisher<T>> function) {
        return Stage.subscribe(stage.transactions().mono(options, function));
    }

    private static TransactionTimeoutException timeoutOf(TestSubscriber<?> subscriber) {
        return (TransactionTimeoutException) subscriber.expectTerminalError();
    }

    @Test
    void anythingButMoreThanZeroMustBeRefused() {
        assertThatThrownBy(() -> TransactionOptions.defaults().timeout(Duration.ZERO))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("timeout must be > 0, but was PT0S");
    }

    @Test
    void itMustCountTheWaitForAConnection() {
        database.hold("CONNECT");
        TestSubscriber<Long> subscriber = run(LIMITED, connection -> Mono.just(1L));
        stage.pass(LIMIT);

        assertThat(timeoutOf(subscriber).phase()).isEqualTo(LifePhase.ACQUIRING);
        assertThat(timeoutOf(subscriber))
                .hasMessage(
                        "transfer: not ended within 2000 ms; nothing of it is durable. Spent:"
                                + " 2000 ms for a connection. Raise timeout(), or shorten what took longest. (help: troubleshooting.md#timeout)");
        assertThat(stage.ends()).singleElement().asString().startsWith("ACQUIRING NOT_STARTED");
        database.last("CONNECT").complete();
    }

    @Test
    void duringBeginTheSubscriberMustHearAtOnceAndBeginMustBeWaitedFor() {
        database.hold("BEGIN");
        TestSubscriber<Long> subscriber = run(LIMITED, connection -> Mono.just(1L));
        stage.pass(LIMIT);

        assertThat(timeoutOf(subscriber).phase()).isEqualTo(LifePhase.BEGINNING);
        assertThat(stage.isQuiet()).isFalse();
        assertThat(database.wire()).containsExactly("BEGIN");
        database.last("BEGIN").complete();
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(stage.ends()).singleElement().asString().startsWith("BEGINNING ROLLED_BACK");
    }

    @Test
    void inTheFunctionItMustNameTheStatementAndRollBackBehindTheSubscribersBack() {
        database.hold("UPDATE", "ROLLBACK");
        TestSubscriber<Long> subscriber = run(LIMITED, connection -> Stage.update(connection, "UPDATE"));
        stage.pass(LIMIT.minusMillis(1));
        assertThat(subscriber.isTerminated()).isFalse();
        stage.pass(Duration.ofMillis(1));

        assertThat(timeoutOf(subscriber).phase()).isEqualTo(LifePhase.ACTIVE);
        assertThat(timeoutOf(subscriber))
                .hasMessageContaining(
                        "0 ms for a connection, 0 ms for BEGIN, 2000 ms in the function; it was running: UPDATE");
        assertThat(database.last("UPDATE").isCancelled()).isTrue();
        assertThat(stage.isQuiet()).isFalse();
        database.last("ROLLBACK").complete();
        assertThat(stage.isQuiet()).isTrue();
        assertThat(stage.ends()).singleElement().asString().startsWith("ACTIVE ROLLED_BACK transfer: not ended");
    }

    @Test
    void aStreamMustEndAtOnceToo() {
        database.hold("ROLLBACK");
        TestSubscriber<Long> subscriber = Stage.subscribe(stage.transactions()
                .flux(LIMITED, connection -> Flux.just(1L, 2L).concatWith(Flux.never())));
        stage.pass(LIMIT);

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1L, 2L);
        assertThat(timeoutOf(subscriber).phase()).isEqualTo(LifePhase.ACTIVE);
        database.last("ROLLBACK").complete();
    }

    @Test
    void anErrorOfTheFunctionMustBeHeardInsteadIfItsRollbackTakesTooLong() {
        IllegalStateException mine = new IllegalStateException("mine");
        database.hold("ROLLBACK");
        TestSubscriber<Long> subscriber = run(LIMITED, connection -> Mono.<Long>error(mine));
        assertThat(subscriber.isTerminated()).isFalse();
        stage.pass(LIMIT);

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        database.last("ROLLBACK").complete();
    }

    @Test
    void commitMustBeWaitedForWithinItsOwnLimit() {
        database.hold("COMMIT");
        TestSubscriber<Long> subscriber = run(LIMITED, connection -> Mono.just(1L));
        stage.pass(LIMIT.multipliedBy(3));
        assertThat(subscriber.isTerminated()).isFalse();
        database.last("COMMIT").complete();

        assertThat(subscriber.getReceivedOnNext()).containsExactly(1L);
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void aHookBeforeCommitMustCountAsTheFunction() {
        TestSubscriber<Long> subscriber = Stage.subscribe(stage.transactions().mono(LIMITED, connection -> {
            Mono<Long> value = Mono.just(1L);
            return Mono.deferContextual(context -> {
                Objects.requireNonNull(stage.transactions().outer(context)).beforeCommit(Mono::never);
                return value;
            });
        }));
        stage.pass(LIMIT);

        assertThat(timeoutOf(subscriber).phase()).isEqualTo(LifePhase.ACTIVE);
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
    }

    @Test
    void aScopeInsideMustOnlyBeAbleToShortenIt() {
        Duration longer = LIMIT.multipliedBy(10);
        TestSubscriber<Long> subscriber = run(
                LIMITED.named("outer"),
                connection -> stage.transactions()
                        .mono(LIMITED.named("inner").timeout(longer), inside -> Mono.<Long>never())
                        .onErrorResume(TransactionTimeoutException.class, error -> {
                            assertThat(error)
                                    .hasMessageStartingWith(
                                            "inner: not ended within 2000 ms, the limit of \"outer\" around it;");
                            return Mono.error(error);
                        }));
        stage.pass(LIMIT);
        assertThat(subscriber.expectTerminalError()).isInstanceOf(TransactionTimeoutException.class);

        TestSubscriber<Long> shortened = run(
                LIMITED.named("outer").timeout(longer),
                connection -> stage.transactions().mono(LIMITED.named("inner"), inside -> Mono.<Long>never()));
        stage.pass(LIMIT);
        assertThat(timeoutOf(shortened).session()).isEqualTo("inner");
    }

    @Test
    void aSessionInsideMustKeepItToo() {
        TestSubscriber<Long> subscriber = run(
                LIMITED.propagation(Propagation.REQUIRED),
                connection -> stage.transactions().sessionMono(session -> Mono.<Long>never()));
        stage.pass(LIMIT);

        assertThat(subscriber.expectTerminalError()).isInstanceOf(TransactionTimeoutException.class);
    }

    @Test
    void aTransactionThatEndsInTimeMustLeaveNoTimerBehind() {
        TestSubscriber<Long> subscriber = run(LIMITED, connection -> Stage.update(connection, "UPDATE"));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        stage.pass(LIMIT.multipliedBy(2));
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }
}
