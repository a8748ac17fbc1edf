package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** Both contenders do the work they are measured by. */
class WorkloadIT {

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void everyTransactionCountedMustBeOnDisk(boolean ours) throws SQLException {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database);
                Contender contender = contender(bench, ours)) {
            ClosedLoop loop = new ClosedLoop(8, Duration.ofMillis(300));

            assertThat(loop.run(Workload.READ1, contender).perSecond()).isPositive();
            assertThat(number(database, "SELECT count(*) FROM note")).isZero();

            assertThat(loop.run(Workload.WRITE3, contender).perSecond()).isPositive();
            long notes = number(database, "SELECT count(*) FROM note");
            assertThat(notes).isPositive();
            assertThat(number(database, "SELECT sum(1000000 - balance) FROM account"))
                    .isEqualTo(notes);
        }
    }

    private static Contender contender(Bench bench, boolean ours) {
        Function<Bench, Contender> maker = ours
                ? tables -> tables.ours(tables.host(), tables.port())
                : tables -> tables.byHand(tables.host(), tables.port());
        return maker.apply(bench);
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
