package org.reactivesessions.postgres.kit;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Wrapped;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.junit.DatabasePer;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.leak.CheckLeaks;
import org.reactivesessions.testkit.leak.LeakCheck;
import org.reactivesessions.testkit.rollback.RollbackAfterEach;
import org.reactivesessions.testkit.rollback.RollbackConnections;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.sessions.RollbackSessions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The annotation that rolls a test back, in samples run by the launcher. */
class RollbackAfterEachIT {

    private static final Duration PATIENCE = ServerFixture.PATIENCE;

    @Test
    void eachTestMustFindNothingOfTheOthers() {
        Launched launched = Launched.of(OneAfterTheOther.class);

        assertThat(launched.failures()).isEmpty();
        assertThat(launched.passed()).hasSize(5);
    }

    @Test
    void testsInParallelMustBeIsolated() {
        Launched launched = Launched.of(
                SideBySide.class,
                Map.of(
                        "junit.jupiter.execution.parallel.enabled", "true",
                        "junit.jupiter.execution.parallel.config.strategy", "fixed",
                        "junit.jupiter.execution.parallel.config.fixed.parallelism", "4"));

        assertThat(launched.failures()).isEmpty();
        assertThat(launched.passed()).hasSize(4);
    }

    @Test
    void aViolationThatIsLeftMustFailTheTest() {
        Launched launched = Launched.of(Violating.class);

        assertThat(launched.onlyFailure())
                .contains("at its end, the test violates a deferred constraint")
                .contains("part_item_fkey");
        assertThat(launched.passed()).hasSize(1);
    }

    @Test
    void testsThatFailOrHangMustBeRolledBack() {
        Launched launched = Launched.of(Failing.class);

        assertThat(launched.failures())
                .hasSize(2)
                .anySatisfy(text -> assertThat(text).contains("mine"))
                .anySatisfy(text -> assertThat(text).contains("timed out"));
        assertThat(launched.passed()).containsExactly("andTheNextOneFindsNothing");
    }

    @Test
    void misuseMustBeRefusedInWords() {
        assertThat(Launched.of(WithoutDatabase.class).onlyFailure())
                .contains("there is no @PostgresTest")
                .contains("Write @PostgresTest(databasePer = DatabasePer.CLASS) as well");
        assertThat(Launched.of(DatabaseOfItsOwn.class).onlyFailure())
                .contains("in which there is nothing to roll back")
                .contains("or leave it out");
        assertThat(Launched.of(Unknown.class).onlyFailure()).contains("isolation is \"SNAPSHOT\", but must be one of");
        assertThat(Launched.of(Impatient.class).onlyFailure()).contains("patienceMillis must be >= 1, but was 0");
    }

    private static Mono<Long> run(Connection connection, String sql) {
        return Flux.from(connection.createStatement(sql).execute())
                .flatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum);
    }

    private static void run(ConnectionFactory factory, String sql) {
        Mono.usingWhen(factory.create(), connection -> run(connection, sql), Connection::close)
                .block(PATIENCE);
    }

    private static void insert(ReactiveSessions sessions, int id) {
        sessions.withTransaction(session ->
                        session.sql("INSERT INTO item VALUES ($1)", id).rowsUpdated())
                .block(PATIENCE);
    }

    private static void requireItems(TestDatabase database, int wanted) throws SQLException {
        try (java.sql.Connection oracle = database.openJdbc();
                Statement statement = oracle.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM item")) {
            row.next();
            assertThat(row.getInt(1)).isEqualTo(wanted);
        }
    }

    /** Run by the launcher above, not on its own, as are those below. */
    @CheckLeaks
    @PostgresTest(scripts = "items.sql", databasePer = DatabasePer.CLASS)
    @RollbackAfterEach
    static class OneAfterTheOther {

        private final TestDatabase database;

        OneAfterTheOther(TestDatabase database) {
            this.database = database;
        }

        @BeforeAll
        static void shared(ConnectionFactory factory) {
            assertThat(factory).isNotInstanceOf(RollbackConnections.class);
            run(factory, "INSERT INTO item VALUES (0)");
        }

        @BeforeEach
        void prepare(ConnectionFactory factory, LeakCheck leaks) {
            leaks.database(database);
            run(factory, "INSERT INTO item VALUES (7)");
        }

        @AfterEach
        void theTransactionMustStillBeThere(ConnectionFactory factory) {
            run(factory, "DELETE FROM item WHERE id = 7");
        }

        @AfterAll
        static void onlyWhatIsSharedMustStay(TestDatabase database) throws SQLException {
            requireItems(database, 1);
        }

        @RepeatedTest(2)
        void connections(ConnectionFactory factory) {
            assertThat(factory).isInstanceOf(RollbackConnections.class);
            run(factory, "INSERT INTO item VALUES (1)");
        }

        @RepeatedTest(2)
        void sessions(ReactiveSessions sessions) {
            assertThat(sessions).isInstanceOf(RollbackSessions.class);
            insert(sessions, 1);
        }

        @Nested
        class Inside {

            @Test
            void isRolledBackAsWell(ConnectionFactory factory) {
                run(factory, "INSERT INTO item VALUES (1)");
            }
        }
    }

    @PostgresTest(scripts = "items.sql", databasePer = DatabasePer.CLASS)
    @RollbackAfterEach(isolation = "SERIALIZABLE")
    @Execution(ExecutionMode.CONCURRENT)
    static class SideBySide {

        private static final CyclicBarrier ALL = new CyclicBarrier(4);

        private void together(int id, ConnectionFactory factory) throws Exception {
            run(factory, "INSERT INTO item VALUES (" + id + ")");
            ALL.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(count(factory)).isEqualTo(1);
            ALL.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }

        private static long count(ConnectionFactory factory) {
            return Mono.usingWhen(
                            factory.create(),
                            connection -> Flux.from(connection
                                            .createStatement("SELECT count(*) FROM item")
                                            .execute())
                                    .flatMap(result -> result.map(row -> (Long) row.get(0)))
                                    .single(),
                            Connection::close)
                    .blockOptional(PATIENCE)
                    .orElseThrow();
        }

        @Test
        void one(ConnectionFactory factory) throws Exception {
            together(1, factory);
        }

        @Test
        void two(ConnectionFactory factory) throws Exception {
            together(2, factory);
        }

        @Test
        void three(ConnectionFactory factory) throws Exception {
            together(3, factory);
        }

        @Test
        void four(ReactiveSessions sessions) throws Exception {
            insert(sessions, 4);
            ALL.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            assertThat(sessions.withSession(session ->
                                    session.sql("SELECT count(*) FROM item").one(row -> (Long) row.get(0)))
                            .block(PATIENCE))
                    .isEqualTo(1L);
            ALL.await(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    @PostgresTest(scripts = "items.sql", databasePer = DatabasePer.CLASS)
    @RollbackAfterEach
    static class Violating {

        @Test
        void leavesAViolation(ConnectionFactory factory) {
            Connection connection =
                    Mono.from(factory.create()).blockOptional(PATIENCE).orElseThrow();
            run((Connection) ((Wrapped<?>) connection).unwrap(), "INSERT INTO part VALUES (1, 1)")
                    .block(PATIENCE);
        }

        @Test
        void leavesNone(ConnectionFactory factory) {
            run(factory, "INSERT INTO item VALUES (1)");
            run(factory, "INSERT INTO part VALUES (1, 1)");
        }
    }

    @PostgresTest(scripts = "items.sql", databasePer = DatabasePer.CLASS)
    @RollbackAfterEach
    static class Failing {

        @Test
        void fails(ConnectionFactory factory) {
            run(factory, "INSERT INTO item VALUES (1)");
            throw new IllegalStateException("mine");
        }

        @Test
        @Timeout(value = 500, unit = TimeUnit.MILLISECONDS)
        void hangs(ReactiveSessions sessions) {
            sessions.withTransaction(session -> session.sql("INSERT INTO item VALUES (1)")
                            .rowsUpdated()
                            .then(session.sql("SELECT pg_sleep(600)").execute()))
                    .block(Duration.ofMinutes(10));
        }

        @Test
        void andTheNextOneFindsNothing(ConnectionFactory factory) {
            run(factory, "INSERT INTO item VALUES (1)");
        }

        @AfterAll
        static void nothingMustStay(TestDatabase database) throws SQLException {
            requireItems(database, 0);
        }
    }

    @RollbackAfterEach
    static class WithoutDatabase {

        @Test
        void runs() {}
    }

    @PostgresTest
    @RollbackAfterEach
    static class DatabaseOfItsOwn {

        @Test
        void runs() {}
    }

    @PostgresTest(databasePer = DatabasePer.CLASS)
    @RollbackAfterEach(isolation = "SNAPSHOT")
    static class Unknown {

        @Test
        void runs() {}
    }

    @PostgresTest(databasePer = DatabasePer.CLASS)
    @RollbackAfterEach(patienceMillis = 0)
    static class Impatient {

        @Test
        void runs() {}
    }
}
