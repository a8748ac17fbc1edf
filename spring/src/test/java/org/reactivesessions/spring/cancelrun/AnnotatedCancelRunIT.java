package org.reactivesessions.spring.cancelrun;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;

/** The program in short. */
@Tag("program")
@ExtendWith(PostgresExtension.class)
class AnnotatedCancelRunIT {

    private static final int TRANSACTIONS = 3_000;

    private final TestDatabase database;

    AnnotatedCancelRunIT(TestDatabase database) {
        this.database = database;
    }

    @Test
    void cancelsMustLeaveNoHalfTransaction() throws SQLException {
        AnnotatedCancelRun.Findings found = AnnotatedCancelRun.run(Contestant.Kind.SESSIONS, database, TRANSACTIONS, 7);
        assertThat(found.cancelled()).isPositive();
        assertThat(found).matches(AnnotatedCancelRun.Findings::isClean);
    }
}
