package org.reactivesessions.postgres.sweep;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

@ExtendWith(PostgresExtension.class)
class CancelSweepIT {

    @Test
    void everyCellMustLeaveAWholeTransactionAndACleanConnection(TestDatabase database) throws SQLException {
        CancelSweep sweep = new CancelSweep(database);

        var results = sweep.run(Cell.all(), cancels -> new PostgresDialect());

        System.out.println(sweep.matrix());
        assertThat(results).containsOnlyKeys(Cell.all()).hasSize(7 * 2 * 3);
        assertThat(sweep.violations()).isEmpty();
    }
}
