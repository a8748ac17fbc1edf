package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.Result;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;
import reactor.util.context.Context;

/** What a function is given: a session and its connection, for as long as the transaction lasts; options; the Context. */
interface SessionCases {

    /** The four levels of the SQL standard. */
    List<IsolationLevel> LEVELS = List.of(
            IsolationLevel.READ_UNCOMMITTED,
            IsolationLevel.READ_COMMITTED,
            IsolationLevel.REPEATABLE_READ,
            IsolationLevel.SERIALIZABLE);

    @Test
    default void aSessionMustEndWithItsScope(Stage stage) {
        Session kept = Objects.requireNonNull(stage.<Session>block(Mono::just));

        assertThatIllegalStateException().isThrownBy(() -> kept.sql("SELECT 1"));
        assertThatIllegalStateException().isThrownBy(() -> kept.connection().createStatement("SELECT 1"));
        assertThatIllegalStateException().isThrownBy(() -> kept.connection().createBatch());
        StepVerifier.create(kept.connection().close()).verifyError(IllegalStateException.class);
    }

    @Test
    default void aStatementMustEndWithItsScope(Stage stage) {
        Mono<Long> kept =
                Objects.requireNonNull(stage.<Mono<Long>>block(session -> Mono.just(Stage.insert(session, 1))));

        StepVerifier.create(kept).verifyError(IllegalStateException.class);

        assertThat(stage.accounts()).isZero();
    }

    @Test
    default void transactionControlInSqlMustBeRefusedAndTheTransactionGoOn(Stage stage) {
        List<String> commands =
                List.of("BEGIN", "COMMIT", "ROLLBACK", "SAVEPOINT a", "SELECT 1; COMMIT", "SET TRANSACTION READ ONLY");

        stage.verify(session -> {
                    for (String command : commands) {
                        assertThatExceptionOfType(UnsupportedOperationException.class)
                                .as(command)
                                .isThrownBy(() -> session.sql(command));
                        assertThatExceptionOfType(UnsupportedOperationException.class)
                                .as(command)
                                .isThrownBy(() -> session.connection().createStatement(command));
                        assertThatExceptionOfType(UnsupportedOperationException.class)
                                .as(command)
                                .isThrownBy(
                                        () -> session.connection().createBatch().add(command));
                    }
                    return Stage.insert(session, 1);
                })
                .expectNext(1L)
                .verifyComplete();

        assertThat(stage.accounts()).isEqualTo(1);
    }

    @Test
    default void transactionControlOfTheConnectionMustBeRefusedAndTheTransactionGoOn(Stage stage) {
        stage.verify(session -> {
                    Connection connection = session.connection();
                    return Stage.insert(session, 1)
                            .thenMany(Flux.<Publisher<Void>>just(
                                    connection.beginTransaction(),
                                    connection.beginTransaction(TransactionOptions.defaults()),
                                    connection.commitTransaction(),
                                    connection.rollbackTransaction(),
                                    connection.createSavepoint("a"),
                                    connection.releaseSavepoint("a"),
                                    connection.rollbackTransactionToSavepoint("a"),
                                    connection.setAutoCommit(true),
                                    connection.setTransactionIsolationLevel(IsolationLevel.SERIALIZABLE),
                                    connection.close()))
                            .concatMap(refused -> Mono.from(refused)
                                    .thenReturn("accepted")
                                    .onErrorResume(UnsupportedOperationException.class, error -> Mono.just("refused")))
                            .collectList();
                })
                .assertNext(answers -> assertThat(answers).hasSize(10).containsOnly("refused"))
                .verifyComplete();

        assertThat(stage.accounts()).isEqualTo(1);
    }

    @Test
    default void everyLevelMustBeAcceptedAndSeenByTheFunction(Stage stage) {
        for (IsolationLevel level : LEVELS) {
            stage.sessions()
                    .withTransaction(
                            TransactionOptions.defaults().isolation(level),
                            session -> Stage.insert(session, LEVELS.indexOf(level))
                                    .thenReturn(session.connection().getTransactionIsolationLevel()))
                    .as(StepVerifier::create)
                    .expectNext(level)
                    .verifyComplete();
        }

        assertThat(stage.accounts()).isEqualTo(LEVELS.size());
    }

    @Test
    @Requires(Capability.APPLIES_ISOLATION)
    default void everyLevelMustReachTheDatabaseAndEndWithItsTransaction(Stage stage) {
        ReactiveSessions single = stage.open(Stage.pool(1));
        String before = level(stage, single, TransactionOptions.defaults());

        for (IsolationLevel level : LEVELS) {
            assertThat(level(stage, single, TransactionOptions.defaults().isolation(level)))
                    .isEqualTo(level.asSql());
            assertThat(level(stage, single, TransactionOptions.defaults())).isEqualTo(before);
        }
    }

    private static String level(Stage stage, ReactiveSessions sessions, TransactionOptions options) {
        return sessions.withTransaction(
                        options,
                        session -> session.sql(stage.driver().isolationQuery())
                                .one(row -> Objects.requireNonNull(row.get(0, String.class))))
                .blockOptional(Stage.PATIENCE)
                .orElseThrow();
    }

    @Test
    @Requires(Capability.ENFORCES_READ_ONLY)
    default void aReadOnlyTransactionMustRefuseWritesAndTheNextOneTakeThem(Stage stage) {
        ReactiveSessions single = stage.open(Stage.pool(1));

        single.withTransaction(TransactionOptions.defaults().readOnly(), session -> Stage.insert(session, 1))
                .as(StepVerifier::create)
                .verifyError(R2dbcException.class);
        assertThat(stage.accounts()).isZero();

        single.withTransaction(session -> Stage.insert(session, 1)).block(Stage.PATIENCE);
        assertThat(stage.accounts()).isEqualTo(1);
    }

    @Test
    default void aReadOnlyTransactionMustRead(Stage stage) {
        stage.sessions()
                .withTransaction(
                        TransactionOptions.defaults().readOnly(),
                        session -> session.sql("SELECT COUNT(*) FROM account").one(row -> row.get(0, Long.class)))
                .as(StepVerifier::create)
                .expectNext(0L)
                .verifyComplete();
    }

    @Test
    default void theFunctionMustSeeTheSubscribersContextAndItsSession(Stage stage) {
        stage.sessions()
                .withTransaction(session -> Mono.deferContextual(
                        view -> Mono.just(view.get("user") + " " + (view.get(stage.sessions()) == session))))
                .contextWrite(Context.of("user", "ann"))
                .as(StepVerifier::create)
                .expectNext("ann true")
                .verifyComplete();
        stage.sessions()
                .withTransactionMany(session -> session.sql("SELECT 1")
                        .all(row -> row.get(0, Integer.class))
                        .concatMap(row -> Flux.deferContextual(
                                view -> Mono.just(view.get("user") + " " + (view.get(stage.sessions()) == session)))))
                .contextWrite(Context.of("user", "bob"))
                .as(StepVerifier::create)
                .expectNext("bob true")
                .verifyComplete();
    }

    @Test
    default void aBatchMustRunInTheTransaction(Stage stage) {
        stage.verify(session -> batch(session).then(Mono.error(new IllegalStateException("mine"))))
                .verifyError(IllegalStateException.class);
        assertThat(stage.accounts()).isZero();

        stage.verify(SessionCases::batch).expectNext(2L).verifyComplete();
        assertThat(stage.accounts()).isEqualTo(2);
    }

    private static Mono<Long> batch(Session session) {
        return Flux.from(session.connection()
                        .createBatch()
                        .add("INSERT INTO account (id) VALUES (1)")
                        .add("INSERT INTO account (id) VALUES (2)")
                        .execute())
                .concatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum);
    }

    @Test
    default void generatedKeysMustComeThroughTheConnection(Stage stage) {
        stage.run("DROP TABLE IF EXISTS numbered");
        stage.run("CREATE TABLE numbered (id INT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, label VARCHAR(9))");

        stage.verify(session -> Flux.from(session.connection()
                                .createStatement("INSERT INTO numbered (label) VALUES ($1)")
                                .bind(0, "a")
                                .add()
                                .bind(0, "b")
                                .returnGeneratedValues("id")
                                .execute())
                        .concatMap(result -> result.map(row -> Objects.requireNonNull(row.get("id", Integer.class))))
                        .collectList())
                .expectNext(List.of(1, 2))
                .verifyComplete();
    }

    /** From a thread that may block: H2's driver does, while it binds bytes. */
    @Test
    default void streamsMustBeBoundAsValues(Stage stage) {
        // Opens the connection, which a pool may do on a thread that must not block; H2 blocks when it binds.
        stage.block(session -> session.sql("SELECT 1").execute());
        stage.verify(session -> session.sql("INSERT INTO account (id, note, photo) VALUES (1, $1, $2)")
                        .bind(0, Clob.from(Flux.just("long ", "text")))
                        .bind(1, Blob.from(Mono.just(ByteBuffer.wrap("bytes".getBytes(StandardCharsets.UTF_8)))))
                        .rowsUpdated()
                        .subscribeOn(Schedulers.boundedElastic())
                        .then(session.sql("SELECT CAST(note AS VARCHAR(99)), OCTET_LENGTH(photo) FROM account")
                                .one(row -> row.get(0, String.class) + row.get(1, Long.class))))
                .expectNext("long text5")
                .verifyComplete();
    }
}
