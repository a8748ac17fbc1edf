package org.reactivesessions.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

class PostgresTestIT {

    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    @BeforeEach
    void forget() {
        SEEN.clear();
    }

    @Test
    void eachTestMustHaveADatabaseOfItsOwn() {
        Run run = Run.of(PerMethod.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isEqualTo(4);
        assertThat(SEEN).hasSize(4).doesNotHaveDuplicates().noneMatch(PostgresTestIT::exists);
    }

    @Test
    void aClassMustHaveOneDatabaseIfItSaysSo() {
        Run run = Run.of(PerClass.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isEqualTo(3);
        assertThat(SEEN).hasSize(4);
        assertThat(SEEN.stream().distinct()).hasSize(1).noneMatch(PostgresTestIT::exists);
    }

    @Test
    void aNestedClassWithAnAnnotationOfItsOwnMustHaveADatabaseOfItsOwn() {
        Run run = Run.of(Around.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isEqualTo(2);
        assertThat(SEEN).hasSize(2).doesNotHaveDuplicates();
    }

    @Test
    void anInheritedAnnotationMustHold() {
        Run run = Run.of(Inherits.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isEqualTo(1);
    }

    @Test
    void everyParameterMustLeadToTheSameDatabase() {
        Run run = Run.of(AllParameters.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isEqualTo(1);
    }

    @Test
    void aTemplateMustBeFilledOnceAndDroppedAfterTheLastTest() {
        int before = FilledBy.times.size();
        Run run = Run.of(Filled.class, FilledAgain.class);
        assertThat(run.failures()).isEmpty();
        assertThat(run.passed()).isEqualTo(3);
        assertThat(FilledBy.times).hasSize(before + 1);
        assertThat(exists(FilledBy.times.get(before))).isFalse();
    }

    private static boolean exists(String database) {
        try (Connection connection = TestServers.current().openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT FROM pg_database WHERE datname = '" + database + "'")) {
            return row.next();
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
    }

    private static long number(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void run(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @PostgresTest(scripts = "schema.sql")
    static class PerMethod {

        private final String constructed;

        PerMethod(TestDatabase database) {
            constructed = database.database();
        }

        @BeforeEach
        void same(TestDatabase database) {
            assertThat(database.database()).isEqualTo(constructed);
        }

        @AfterEach
        void stillThere(TestDatabase database) {
            assertThat(database.database()).isEqualTo(constructed);
            assertThat(exists(constructed)).isTrue();
            SEEN.add(constructed);
        }

        @Test
        void one(TestDatabase database) throws SQLException {
            assertThat(number(database, "SELECT total()")).isEqualTo(100);
            run(database, "DELETE FROM account");
        }

        @RepeatedTest(2)
        void two(TestDatabase database) throws SQLException {
            assertThat(number(database, "SELECT total()")).isEqualTo(100);
            run(database, "DELETE FROM account");
        }

        @Nested
        class Inner {

            @Test
            void three(TestDatabase database) throws SQLException {
                assertThat(number(database, "SELECT total()")).isEqualTo(100);
            }
        }
    }

    @PostgresTest(databasePer = DatabasePer.CLASS)
    static class PerClass {

        @BeforeAll
        static void prepare(TestDatabase database) throws SQLException {
            run(database, "CREATE TABLE prepared (id int)");
            SEEN.add(database.database());
        }

        @Test
        void one(TestDatabase database) throws SQLException {
            assertThat(number(database, "SELECT count(*) FROM prepared")).isZero();
            SEEN.add(database.database());
        }

        @Test
        void two(TestDatabase database) throws SQLException {
            assertThat(number(database, "SELECT count(*) FROM prepared")).isZero();
            SEEN.add(database.database());
        }

        @Nested
        class Inner {

            @Test
            void three(TestDatabase database) {
                SEEN.add(database.database());
            }
        }
    }

    @PostgresTest(databasePer = DatabasePer.CLASS)
    static class Around {

        @Test
        void outside(TestDatabase database) {
            SEEN.add(database.database());
        }

        @Nested
        @PostgresTest(databasePer = DatabasePer.CLASS)
        class Inner {

            @Test
            void inside(TestDatabase database) {
                SEEN.add(database.database());
            }
        }
    }

    @PostgresTest(scripts = "schema.sql")
    abstract static class Base {}

    static class Inherits extends Base {

        @Test
        void one(TestDatabase database) throws SQLException {
            assertThat(number(database, "SELECT total()")).isEqualTo(100);
        }
    }

    @PostgresTest
    static class AllParameters {

        @Test
        void one(TestDatabase database, @DatabaseUrl String url, ConnectionFactory factory, PostgresServer server) {
            assertThat(url).isEqualTo(database.r2dbcUrl());
            assertThat(server.port()).isEqualTo(database.port());
            String name = Flux.usingWhen(
                            factory.create(),
                            connection -> Flux.from(connection
                                            .createStatement("SELECT current_database()")
                                            .execute())
                                    .flatMap(result -> result.map(row -> row.get(0, String.class))),
                            connection -> Mono.from(connection.close()))
                    .blockLast();
            assertThat(name).isEqualTo(database.database());
        }
    }

    static final class FilledBy implements DatabaseInitializer {

        static final List<String> times = new CopyOnWriteArrayList<>();

        @Override
        public void fill(TestDatabase database) throws SQLException {
            times.add(database.database());
            run(database, "UPDATE account SET balance = balance + 1");
        }
    }

    @PostgresTest(scripts = "schema.sql", initializer = FilledBy.class)
    static class Filled {

        @RepeatedTest(2)
        void one(TestDatabase database) throws SQLException {
            assertThat(number(database, "SELECT total()")).isEqualTo(102);
        }
    }

    @PostgresTest(scripts = "/org/reactivesessions/testkit/junit/schema.sql", initializer = FilledBy.class)
    static class FilledAgain {

        @Test
        void one(TestDatabase database) throws SQLException {
            assertThat(number(database, "SELECT total()")).isEqualTo(102);
        }
    }
}
