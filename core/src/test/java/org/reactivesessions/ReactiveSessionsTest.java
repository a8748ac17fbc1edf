package org.reactivesessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.ScriptedConnection;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.wire.GatedConnection;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;
import reactor.test.subscriber.TestSubscriber;

class ReactiveSessionsTest {

    @RegisterExtension
    final Sessions stage = new Sessions();

    private final ReactiveSessions sessions = stage.open();
    private final ScriptedDatabase database = stage.database();

    @Test
    void theNameMustReachTheListener() {
        TransactionOptions transfer = TransactionOptions.defaults().named("transfer");
        sessions.withTransaction(transfer, session -> Mono.just(1)).block();
        sessions.withTransaction(session -> Mono.just(1)).block();
        sessions.withTransactionMany(transfer, session -> Flux.just(1, 2)).blockLast();
        sessions.withTransactionMany(session -> Flux.just(1, 2)).blockLast();

        assertThat(stage.ends())
                .containsExactly(
                        "transfer COMMITTING COMMITTED",
                        "transaction COMMITTING COMMITTED",
                        "transfer COMMITTING COMMITTED",
                        "transaction COMMITTING COMMITTED");
    }

    @ParameterizedTest
    @MethodSource("beyondR2dbc")
    void whatPlainR2dbcCannotDoMustBeRefusedAtAssembly(String what, TransactionOptions options) {
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> sessions.withTransaction(options, session -> Mono.empty()))
                .withMessage("report: " + what + " was asked for, but StandardDialect cannot do it, nothing was sent."
                        + " Leave it out, or use the dialect of your database.");
        assertThatExceptionOfType(UnsupportedOperationException.class)
                .isThrownBy(() -> sessions.withTransactionMany(options, session -> Flux.empty()));
        assertThat(database.opened()).isZero();
    }

    static Stream<Arguments> beyondR2dbc() {
        TransactionOptions report = TransactionOptions.defaults().named("report");
        return Stream.of(
                Arguments.of("statementTimeout", report.statementTimeout(Duration.ofSeconds(1))),
                Arguments.of("lockTimeout", report.lockTimeout(Duration.ofSeconds(1))),
                Arguments.of("idleTimeout", report.idleTimeout(Duration.ofSeconds(1))),
                Arguments.of("setting", report.setting("app.tenant", "one")));
    }

    @Test
    void thePoolMustBeVisible() {
        assertThat(sessions.poolStatus()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
        PoolStatus inside = sessions.withTransaction(session -> Mono.fromSupplier(sessions::poolStatus))
                .block();
        assertThat(inside).isEqualTo(new PoolStatus(1, 0, 0, 1, 1, 0, 0));
        assertThat(sessions.poolStatus()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    @Test
    void theConnectionMustBeBackWhenTheSubscriberHears() {
        List<Integer> acquired = new ArrayList<>();
        sessions.withTransaction(session -> session.sql("UPDATE").rowsUpdated())
                .doOnSuccess(count -> acquired.add(sessions.poolStatus().acquired()))
                .block();
        sessions.withTransaction(session -> Mono.error(new IllegalStateException("boom")))
                .doOnError(error -> acquired.add(sessions.poolStatus().acquired()))
                .onErrorComplete()
                .block();

        assertThat(acquired).containsExactly(0, 0);
    }

    @Test
    void nullAsAFunctionMustBeRefusedAtOnce() {
        assertThatNullPointerException()
                .isThrownBy(() -> sessions.withTransaction(nothing()))
                .withMessage("function must not be null; return Mono.empty() from it to do nothing");
        assertThatNullPointerException().isThrownBy(() -> sessions.withTransactionMany(nothing()));
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // What a caller without null checks can pass.
    private static <T> T nothing() {
        return null;
    }

    @Test
    void nullAsAResultMustNameTheTransactionAndTheWayOut() {
        String message = "transaction: the function returned null; return a publisher, Mono.empty() for no value";
        StepVerifier.create(sessions.withTransaction(session -> ReactiveSessionsTest.<Mono<Object>>nothing()))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessage(message));
        StepVerifier.create(sessions.withTransactionMany(session -> ReactiveSessionsTest.<Mono<Object>>nothing()))
                .verifyErrorSatisfies(error -> assertThat(error).hasMessage(message));
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK", "BEGIN", "ROLLBACK");
    }

    @Test
    void contradictoryOptionsMustBeRefusedAtOnce() {
        TransactionOptions deferrable = TransactionOptions.defaults().deferrable();

        assertThatIllegalArgumentException()
                .isThrownBy(() -> sessions.withTransaction(deferrable, session -> Mono.empty()));
    }

    @Test
    void aSessionMustEndWithItsScope() {
        Session kept = Objects.requireNonNull(
                sessions.withTransaction(session -> Mono.just(session)).block());

        assertThatIllegalStateException().isThrownBy(() -> kept.sql("SELECT 1"));
        assertThatIllegalStateException().isThrownBy(() -> kept.connection().createStatement("SELECT 1"));
    }

    @Test
    void itsConnectionMustBeTheFacade() {
        Connection connection = sessions.withTransaction(session -> Mono.just(session.connection()))
                .block();

        assertThat(connection).isExactlyInstanceOf(GatedConnection.class).isNotInstanceOf(ScriptedConnection.class);
    }

    @Test
    void closeMustCloseIdleConnectionsAndRefuseWhatComes() {
        sessions.withTransaction(session -> Mono.just(1)).block();
        StepVerifier.create(sessions.close()).verifyComplete();
        StepVerifier.create(sessions.close()).verifyComplete();

        assertThat(database.wire()).endsWith("CLOSE");
        StepVerifier.create(sessions.withTransaction(session -> Mono.just(1)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageStartingWith("transaction: these sessions were closed"));
    }

    @Test
    void closeMustWaitForWhatRuns() {
        database.hold("UPDATE");
        TestSubscriber<Long> running = running();
        TestSubscriber<Void> closing = closing();
        TestSubscriber<Void> again = closing();
        assertThat(closing.isTerminated()).isFalse();
        database.last("UPDATE").complete();

        assertThat(running.isTerminatedComplete()).isTrue();
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(again.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "COMMIT", "CLOSE");
    }

    @Test
    void aSecondCloseMustWaitForTheSameEnd() {
        sessions.withTransaction(session -> Mono.just(1)).block();
        database.hold("CLOSE");
        TestSubscriber<Void> first = closing();
        TestSubscriber<Void> second = closing();
        assertThat(first.isTerminated()).isFalse();
        assertThat(second.isTerminated()).isFalse();
        database.last("CLOSE").complete();

        assertThat(first.isTerminatedComplete()).isTrue();
        assertThat(second.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsOnlyOnce("CLOSE");
    }

    @Test
    void closeMustEndWhatOutlastsItsGrace() {
        database.hold("UPDATE");
        TestSubscriber<Long> running = running();
        TestSubscriber<Void> closing = closing();
        stage.clock().advanceTimeBy(Duration.ofMillis(29_999));
        assertThat(closing.isTerminated()).isFalse();
        stage.clock().advanceTimeBy(Duration.ofMillis(1));

        assertThat(running.expectTerminalError()).isInstanceOf(SessionsClosedException.class);
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK", "CLOSE");
    }

    @Test
    void whoeverClosesMustNotBeAbleToTakeItBack() {
        database.hold("UPDATE");
        running();
        closing().cancel();
        stage.clock().advanceTimeBy(Duration.ofSeconds(30));

        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK", "CLOSE");
        assertThat(closing().isTerminatedComplete()).isTrue();
    }

    @Test
    void healthMustSayWhoHasClosedThem() {
        assertThat(closing().isTerminatedComplete()).isTrue();

        assertThat(Objects.requireNonNull(sessions.health().block()).reason())
                .startsWith("these sessions were closed at 1970-01-01T00:00:00Z by thread ");
    }

    @Test
    void theGraceMustBeWithinItsRange() {
        ReactiveSessionsBuilder builder = ReactiveSessions.builder(database);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.closeGrace(Duration.ofMillis(-1)))
                .withMessage("closeGrace must be >= 0 and at most 24 h, but was PT-0.001S");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.closeGrace(Duration.ofHours(25)));
        builder.closeGrace(Duration.ZERO);
    }

    private TestSubscriber<Long> running() {
        TestSubscriber<Long> subscriber = TestSubscriber.create();
        sessions.withTransaction(session -> session.sql("UPDATE").rowsUpdated()).subscribe(subscriber);
        return subscriber;
    }

    private TestSubscriber<Void> closing() {
        TestSubscriber<Void> subscriber = TestSubscriber.create();
        sessions.close().subscribe(subscriber);
        return subscriber;
    }

    @Test
    void quiescedMustWaitForTheCleanUpOfACancel() {
        database.hold("ROLLBACK");
        sessions.withTransaction(session -> Mono.never()).subscribe().dispose();
        TestSubscriber<Void> quiet = TestSubscriber.create();
        sessions.quiesced().subscribe(quiet);
        assertThat(quiet.isTerminated()).isFalse();
        database.last("ROLLBACK").complete();

        assertThat(quiet.isTerminatedComplete()).isTrue();
        assertThat(sessions.poolStatus().acquired()).isZero();
    }

    @Test
    void theBuilderMustRefuseNull() {
        Function<ReactiveSessionsBuilder, List<Consumer<ReactiveSessionsBuilder>>> setters = builder -> List.of(
                b -> b.dialect(nothing()),
                b -> b.pool(nothing()),
                b -> b.limits(nothing()),
                b -> b.listener(nothing()));
        ReactiveSessionsBuilder builder = ReactiveSessions.builder(database);
        assertThat(setters.apply(builder))
                .allSatisfy(setter -> assertThatNullPointerException()
                        .isThrownBy(() -> setter.accept(builder))
                        .withMessageContaining("must not be null"));
        assertThatNullPointerException()
                .isThrownBy(() -> ReactiveSessions.builder(ReactiveSessionsTest.<ConnectionFactory>nothing()))
                .withMessage("connectionFactory must not be null");
        assertThatIllegalArgumentException().isThrownBy(() -> builder.maxSize(0));
    }

    @Test
    void theBuilderMustApplyWhatItIsGiven() {
        List<@Nullable Throwable> heard = new ArrayList<>();
        ReactiveSessions own = ReactiveSessions.builder(database)
                .dialect(new StandardDialect())
                .pool(PoolOptions.defaults().maxSize(3))
                .limits(TimeLimits.defaults())
                .listener((name, phase, outcome, error) -> heard.add(error))
                .build();
        own.withTransaction(session -> Mono.empty()).block();

        assertThat(own.poolStatus().maxSize()).isEqualTo(3);
        assertThat(heard).hasSize(1);
        ReactiveSessions.builder(database)
                .build()
                .withTransaction(session -> Mono.empty())
                .block();
    }
}
