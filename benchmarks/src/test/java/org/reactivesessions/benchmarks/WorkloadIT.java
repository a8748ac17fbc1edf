package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** Every contender does the work it is measured by. */
class WorkloadIT {

    static Stream<Entrant> entrants() {
        return Arrays.stream(Entrant.values())
                .filter(entrant -> entrant.obstacle().isEmpty());
    }

    @ParameterizedTest
    @MethodSource("entrants")
    void everyTransactionCountedMustBeOnDisk(Entrant entrant) throws SQLException {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database);
                Contender contender = entrant.open(bench.direct())) {
            ClosedLoop loop = new ClosedLoop(8, Duration.ofMillis(100));

            assertThat(loop.run(Workload.READ1, contender).perSecond()).isPositive();
            assertThat(number(database, "SELECT count(*) FROM note")).isZero();

            Load load = new Load(8, Duration.ofMillis(100));
            contender.run(Workload.WRITE3, load);
            long notes = number(database, "SELECT count(*) FROM note");
            assertThat(notes).isEqualTo(load.count()).isGreaterThanOrEqualTo(8);
            assertThat(number(database, "SELECT sum(1000000 - balance) FROM account"))
                    .isEqualTo(notes);
        }
    }

    @ParameterizedTest
    @MethodSource("entrants")
    void oneTransactionMustBeWholeAndGiveItsValue(Entrant entrant) throws SQLException {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database);
                Contender contender = entrant.open(bench.direct())) {
            assertThat(contender.once(Workload.READ1, 7)).isEqualTo(1_000_000);
            assertThat(contender.once(Workload.WRITE3, 7)).isEqualTo(1);
            assertThat(contender.once(Workload.READ1, 7)).isEqualTo(999_999);
            assertThat(number(database, "SELECT balance FROM note WHERE account = 7"))
                    .isEqualTo(999_999);
            // The rows of one transaction carry one id.
            assertThat(number(
                            database,
                            "SELECT count(*) FROM note JOIN account ON account.id = note.account"
                                    + " WHERE note.xmin::text = account.xmin::text"))
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("entrants")
    void aFailedTransactionMustLeaveNothingAndEndTheRun(Entrant entrant) throws SQLException {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database);
                Contender contender = entrant.open(bench.direct())) {
            run(database, "ALTER TABLE note ADD CHECK (account < 0)");

            assertThatThrownBy(() -> contender.once(Workload.WRITE3, 7)).isInstanceOf(RuntimeException.class);
            assertThatThrownBy(() -> contender.run(Workload.WRITE3, new Load(1, Duration.ofMillis(100))))
                    .isInstanceOf(RuntimeException.class);
            assertThat(number(database, "SELECT sum(1000000 - balance) FROM account"))
                    .isZero();
        }
    }

    private static void run(TestDatabase database, String sql) throws SQLException {
        try (Connection connection = database.openJdbc();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
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
}
