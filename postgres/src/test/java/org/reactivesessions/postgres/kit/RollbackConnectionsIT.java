package org.reactivesessions.postgres.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactories;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.Result;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.leak.CheckLeaks;
import org.reactivesessions.testkit.leak.LeakCheck;
import org.reactivesessions.testkit.rollback.RollbackConnections;
import org.reactivesessions.testkit.rollback.RollbackOptions;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.r2dbc.connection.R2dbcTransactionManager;
import org.springframework.r2dbc.core.DatabaseClient;
import org.springframework.transaction.reactive.TransactionalOperator;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A test in one transaction, with the plain driver. */
@CheckLeaks
@ExtendWith(PostgresExtension.class)
class RollbackConnectionsIT {

    private final TestDatabase database;
    private final ConnectionFactory driver;
    private RollbackConnections connections;
    private ConnectionFactory watched;

    RollbackConnectionsIT(TestDatabase database) {
        this.database = database;
        this.driver = ConnectionFactories.get(database.r2dbcUrl());
        this.watched = driver;
        this.connections = begin(RollbackOptions.defaults());
        end();
    }

    @BeforeEach
    void prepare(LeakCheck leaks) throws SQLException {
        onServer("""
                CREATE TABLE IF NOT EXISTS item (id INT PRIMARY KEY);
                CREATE TABLE IF NOT EXISTS part (id INT, item INT REFERENCES item DEFERRABLE INITIALLY DEFERRED);
                CREATE SEQUENCE IF NOT EXISTS numbers;
                TRUNCATE item CASCADE""");
        watched = leaks.database(database).watch(driver);
        connections = begin(RollbackOptions.defaults());
    }

    @AfterEach
    void nothingMustBeDurable() throws SQLException {
        end();
        assertThat(onServer("SELECT (SELECT count(*) FROM item) + (SELECT count(*) FROM part)"))
                .isZero();
    }

    private RollbackConnections begin(RollbackOptions options) {
        return RollbackConnections.begin(watched, options)
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    private void end() {
        connections.end().block(ServerFixture.PATIENCE);
    }

    private long onServer(String sql) throws SQLException {
        try (java.sql.Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement()) {
            if (!statement.execute(sql)) {
                return 0;
            }
            try (ResultSet row = statement.getResultSet()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    private Connection create() {
        return connections.create().blockOptional(ServerFixture.PATIENCE).orElseThrow();
    }

    private static Mono<Long> update(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum);
    }

    private static Mono<Long> number(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, Long.class))))
                .single();
    }

    private static <T> T run(Mono<T> work) {
        return work.blockOptional(ServerFixture.PATIENCE).orElseThrow();
    }

    private static void act(org.reactivestreams.Publisher<Void> action) {
        Mono.from(action).block(ServerFixture.PATIENCE);
    }

    private long items() {
        Connection reader = create();
        try {
            return run(number(reader, "SELECT count(*) FROM item"));
        } finally {
            act(reader.close());
        }
    }

    @Test
    void whatWasCommittedMustBeSeenByAllOthersOfTheTestAndByNobodyElse() throws SQLException {
        Connection writer = create();
        act(writer.beginTransaction());
        assertThat(writer.isAutoCommit()).isFalse();
        assertThat(run(update(writer, "INSERT INTO item VALUES (1), (2)"))).isEqualTo(2);
        act(writer.commitTransaction());
        assertThat(writer.isAutoCommit()).isTrue();
        act(writer.close());

        assertThat(items()).isEqualTo(2);
        assertThat(onServer("SELECT count(*) FROM item")).isZero();
    }

    @Test
    void whatWasRolledBackMustBeGoneAndTheRestMustStay() {
        Connection writer = create();
        run(update(writer, "INSERT INTO item VALUES (1)"));
        act(writer.beginTransaction());
        run(update(writer, "INSERT INTO item VALUES (2)"));
        act(writer.rollbackTransaction());

        assertThat(items()).isEqualTo(1);
    }

    @Test
    void aStatementThatFailsOutsideATransactionMustCostNothingElse() {
        Connection writer = create();
        run(update(writer, "INSERT INTO item VALUES (1)"));
        assertThatThrownBy(() -> run(update(writer, "INSERT INTO item VALUES (1)")))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        run(update(writer, "INSERT INTO item VALUES (2)"));

        assertThat(items()).isEqualTo(2);
    }

    @Test
    void aTransactionThatHasFailedMustNotCommit() {
        Connection writer = create();
        act(writer.beginTransaction());
        run(update(writer, "INSERT INTO item VALUES (1)"));
        assertThatThrownBy(() -> run(update(writer, "INSERT INTO nowhere VALUES (1)")))
                .hasMessageContaining("nowhere");
        assertThatThrownBy(() -> act(writer.commitTransaction())).isInstanceOf(R2dbcRollbackException.class);
        act(writer.close());

        assertThat(items()).isZero();
    }

    @Test
    void aDeferredConstraintMustBeCheckedByEveryCommit() {
        Connection writer = create();
        for (int round = 0; round < 2; round++) { // the look at the constraints must leave them deferred
            act(writer.beginTransaction());
            run(update(writer, "INSERT INTO part VALUES (1, 1)"));
            run(update(writer, "INSERT INTO item VALUES (1)"));
            act(writer.commitTransaction());
            run(update(writer, "DELETE FROM part"));
            run(update(writer, "DELETE FROM item"));
        }
        act(writer.beginTransaction());
        run(update(writer, "INSERT INTO part VALUES (1, 7)"));
        assertThatThrownBy(() -> act(writer.commitTransaction()))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class)
                .hasMessageContaining("part_item_fkey");
        assertThatThrownBy(() -> run(update(writer, "INSERT INTO part VALUES (1, 8)")))
                .isInstanceOf(R2dbcDataIntegrityViolationException.class);
        assertThat(run(number(writer, "SELECT count(*) FROM part"))).isZero();
    }

    @Test
    void aViolationThatIsLeftMustFailTheEnd() {
        Connection writer = create();
        Connection raw = (Connection) ((io.r2dbc.spi.Wrapped<?>) writer).unwrap();
        run(update(raw, "INSERT INTO part VALUES (1, 7)"));

        assertThatThrownBy(this::end)
                .hasCauseInstanceOf(AssertionError.class)
                .hasMessageContaining("at its end, the test violates a deferred constraint")
                .hasMessageContaining("part_item_fkey");
        connections = begin(RollbackOptions.defaults());
    }

    @Test
    void anEndBehindTheBackOfTheTestMustFailTheEnd() throws SQLException {
        Connection raw = (Connection) ((io.r2dbc.spi.Wrapped<?>) create()).unwrap();
        run(update(raw, "INSERT INTO item VALUES (1)"));
        act(raw.commitTransaction());

        assertThatThrownBy(this::end)
                .hasCauseInstanceOf(AssertionError.class)
                .hasMessageContaining("was ended behind its back");
        onServer("TRUNCATE item CASCADE");
        connections = begin(RollbackOptions.defaults());
    }

    @Test
    void transactionsOfTwoConnectionsMustComeOneAfterTheOther() {
        List<Long> seen = run(Flux.fromStream(IntStream.range(0, 8).boxed())
                .flatMap(number -> Mono.usingWhen(
                        connections.create(),
                        connection -> Mono.from(connection.beginTransaction())
                                .then(update(connection, "INSERT INTO item VALUES (" + number + ")"))
                                .then(number(connection, "SELECT count(*) FROM item"))
                                .flatMap(count -> number % 2 == 0
                                        ? Mono.from(connection.commitTransaction())
                                                .thenReturn(count)
                                        : Mono.from(connection.rollbackTransaction())
                                                .thenReturn(0L)),
                        Connection::close))
                .collectList());

        assertThat(seen.stream().filter(count -> count != 0)).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        assertThat(items()).isEqualTo(4);
    }

    @Test
    void statementsOfSeveralConnectionsMustQueue() {
        List<Long> counts = run(Flux.range(0, 20)
                .flatMap(number -> Mono.usingWhen(
                        connections.create(),
                        connection -> update(connection, "INSERT INTO item VALUES (" + number / 2 + ")")
                                .onErrorReturn(0L),
                        Connection::close))
                .collectList());

        assertThat(counts.stream().mapToLong(count -> count).sum()).isEqualTo(10);
        assertThat(items()).isEqualTo(10);
    }

    @Test
    void whoWaitsForATransactionThatWaitsForHimMustHearWhom() {
        act(connections.end());
        connections = begin(RollbackOptions.defaults().patience(Duration.ofMillis(100)));
        Connection outer = create();
        Connection inner = create();
        act(outer.beginTransaction());

        assertThatThrownBy(() -> act(inner.beginTransaction()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("connection 2 of the test in a transaction waited 100 ms")
                .hasMessageContaining("held by connection 1 of the test in a transaction")
                .hasStackTraceContaining("RollbackConnectionsIT.create");
        act(outer.commitTransaction());
        act(inner.beginTransaction());
        act(inner.rollbackTransaction());
    }

    @Test
    void aReadOnlyTransactionMustNotWriteAndTheNextOneMust() {
        Connection connection = create();
        act(connection.beginTransaction(
                io.r2dbc.postgresql.api.PostgresTransactionDefinition.from(IsolationLevel.READ_COMMITTED)
                        .readOnly()));
        assertThatThrownBy(() -> run(update(connection, "INSERT INTO item VALUES (1)")))
                .hasMessageContaining("read-only");
        act(connection.rollbackTransaction());
        act(connection.beginTransaction(
                io.r2dbc.postgresql.api.PostgresTransactionDefinition.from(IsolationLevel.READ_COMMITTED)
                        .readOnly()));
        act(connection.commitTransaction());
        run(update(connection, "INSERT INTO item VALUES (1)"));
    }

    @Test
    void aStrongerIsolationMustBeRefusedAndAWeakerOneMustBeHad() {
        Connection connection = create();
        assertThatThrownBy(() -> act(connection.beginTransaction(IsolationLevel.SERIALIZABLE)))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("asks for SERIALIZABLE, but the one it is in has READ COMMITTED")
                .hasMessageContaining("Give the test RollbackOptions.isolation(SERIALIZABLE)");
        end();
        connections = begin(RollbackOptions.defaults().isolation(IsolationLevel.SERIALIZABLE));
        Connection serializable = create();
        act(serializable.beginTransaction(IsolationLevel.READ_COMMITTED));
        act(serializable.commitTransaction());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"COMMIT", "/* a */ rollback", "SELECT 1; END", "-- x\n BEGIN", "savepoint a", "start transaction"
            })
    void transactionControlAsTextMustBeRefused(String sql) {
        assertThatThrownBy(() -> create().createStatement(sql))
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("Use the methods of Connection");
        assertThatThrownBy(() -> create().createBatch().add(sql)).isInstanceOf(UnsupportedOperationException.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "DO $$ BEGIN PERFORM 1; END $$",
                "SELECT '; COMMIT'",
                "CREATE FUNCTION one() RETURNS INT BEGIN ATOMIC; SELECT 1; END",
                "SELECT 1 AS \"; END\""
            })
    void whatOnlyLooksLikeItMustRun(String sql) {
        run(update(create(), sql));
    }

    @Test
    void savepointsOfTheTestsCodeMustWork() {
        Connection connection = create();
        act(connection.createSavepoint("mine"));
        run(update(connection, "INSERT INTO item VALUES (1)"));
        act(connection.rollbackTransactionToSavepoint("mine"));
        run(update(connection, "INSERT INTO item VALUES (2)"));
        act(connection.releaseSavepoint("mine"));
        act(connection.commitTransaction());

        assertThat(items()).isEqualTo(1);
    }

    @Test
    void aResultThatNobodyReadsMustNotHoldUpTheTest() {
        Connection careless = create();
        Mono.from(careless.createStatement("INSERT INTO item VALUES (1)").execute())
                .block(ServerFixture.PATIENCE);
        run(update(careless, "INSERT INTO item VALUES (2)"));
        Mono.from(careless.createStatement("INSERT INTO item VALUES (3)").execute())
                .block(ServerFixture.PATIENCE);
        act(careless.close());

        assertThat(items()).isEqualTo(3);
        assertThatThrownBy(() -> run(update(careless, "SELECT 1"))).hasMessageContaining("was closed");
    }

    @Test
    void aStatementThatRunsOnMustEndWithTheTest() {
        end();
        connections = begin(RollbackOptions.defaults().endWithin(Duration.ofMillis(200)));
        Connection connection = create();
        Disposable asleep = update(connection, "SELECT pg_sleep(600)").subscribe();
        ServerCensus.await(
                database, ServerFixture.PATIENCE, census -> census.byState().containsKey("active"));
        asleep.dispose();
        RollbackConnections hung = connections;
        connections = begin(RollbackOptions.defaults());

        assertThat(ServerCensus.of(database).sessions()).hasSize(2);
        hung.end().block(ServerFixture.PATIENCE);
        ServerCensus.await(
                database, ServerFixture.PATIENCE, census -> census.sessions().size() == 1);
    }

    @Test
    void aTransactionThatIsLeftOpenMustEndWithTheTest() {
        Connection connection = create();
        act(connection.beginTransaction());
        run(update(connection, "INSERT INTO part VALUES (1, 1)"));
        end();

        assertThatThrownBy(() -> run(update(connection, "INSERT INTO item VALUES (1)")))
                .hasMessageContaining("the test is over");
        assertThatThrownBy(this::create).hasMessageContaining("the test is over");
        connections = begin(RollbackOptions.defaults());
    }

    @Test
    void aSequenceMustGoOn() throws SQLException {
        long before = onServer("SELECT nextval('numbers')");
        assertThat(run(number(create(), "SELECT nextval('numbers')"))).isEqualTo(before + 1);
        end();
        assertThat(onServer("SELECT nextval('numbers')")).isEqualTo(before + 2);
        connections = begin(RollbackOptions.defaults());
    }

    @Test
    void springsOwnTransactionsMustWork() {
        DatabaseClient client = DatabaseClient.create(connections);
        TransactionalOperator transactions = TransactionalOperator.create(new R2dbcTransactionManager(connections));
        Mono<Long> insert = client.sql("INSERT INTO item VALUES (:id)")
                .bind("id", 1)
                .fetch()
                .rowsUpdated();

        run(insert.as(transactions::transactional));
        assertThatThrownBy(() -> run(client.sql("INSERT INTO item VALUES (2)")
                        .fetch()
                        .rowsUpdated()
                        .then(insert)
                        .as(transactions::transactional)))
                .isInstanceOf(org.springframework.dao.DuplicateKeyException.class);
        run(client.sql("INSERT INTO item VALUES (3)").fetch().rowsUpdated());

        assertThat(run(client.sql("SELECT id FROM item ORDER BY id")
                        .map(row -> row.get(0, Integer.class))
                        .all()
                        .collectList()))
                .containsExactly(1, 3);
    }
}
