package org.reactivesessions.postgres.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

@ExtendWith(PostgresExtension.class)
class CancelSweepIT {

    @Test
    void everyCellMustLeaveAWholeTransactionAndACleanConnectionIfBeginIsAwaited(TestDatabase database)
            throws SQLException {
        sweep(database, Map.of());
    }

    @Test
    void everyCellMustLeaveAWholeTransactionAndACleanConnectionIfBeginIsPipelined(TestDatabase database)
            throws SQLException {
        sweep(database, PostgresDialect.GUARD_PARAMETERS);
    }

    private static void sweep(TestDatabase database, Map<String, String> startup) throws SQLException {
        CancelSweep sweep = new CancelSweep(database, startup);

        var results = sweep.run(Cell.all(), cancels -> new PostgresDialect());

        System.out.println(sweep.matrix());
        assertThat(results).containsOnlyKeys(Cell.all()).hasSize(7 * 2 * 3);
        assertThat(sweep.violations()).isEmpty();
    }
}
