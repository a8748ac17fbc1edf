package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.fault.CancelAt;
import org.reactivesessions.testkit.fault.Faults;
import org.reactivesessions.testkit.junit.PostgresTest;
import org.reactivesessions.testkit.leak.CheckLeaks;
import org.reactivesessions.testkit.leak.LeakCheck;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.sessions.SessionsPool;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;

/** The samples of the page about rolling tests back that need the whole library. */
@CheckLeaks
@PostgresTest
class TestingRollbackIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @BeforeEach
    void createTable(ReactiveSessions sessions) {
        sessions.withTransaction(
                        session -> session.sql("CREATE TABLE item (id INT)").execute())
                .block(PATIENCE);
    }

    private static long count(ReactiveSessions sessions) {
        return sessions.withSession(session -> session.sql("SELECT count(*) FROM item")
                        .one(row -> Objects.requireNonNull(row.get(0, Long.class))))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    // spotless:off
    // tag::leaks[]
    @Test
    void everythingMustBeGivenBack(ReactiveSessions sessions, TestDatabase database, LeakCheck leaks) {
        leaks.database(database).pool("sessions", SessionsPool.of(sessions));
        sessions.withTransaction(session -> session.sql("SELECT 1").execute()).block(PATIENCE);
    }
    // end::leaks[]
    // spotless:on

    @Test
    void commitsThatFailMustBeRunAgain(ReactiveSessions sessions, TestDatabase database) {
        // spotless:off
        // tag::commits[]
        try (Faults faults = Faults.in(database)) {
            faults.failNextCommits(2, "40001");
            Long rows = sessions.withTransaction(
                    TransactionOptions.defaults().named("transfer").retry(TransactionRetry.defaults()),
                    session -> session.sql("INSERT INTO item VALUES (1)").rowsUpdated()).block(PATIENCE);
            assertThat(rows).isEqualTo(1); // by the third attempt
        }
        // end::commits[]
        // spotless:on
        assertThat(count(sessions)).isEqualTo(1);
    }

    @Test
    void noStepMustLeaveAHalf(ReactiveSessions sessions) {
        // spotless:off
        // tag::cancel[]
        int step = 0;
        CancelAt cancel;
        do {
            CancelAt next = CancelAt.step(++step);
            cancel = next;
            next.during(sessions.withTransaction(session ->
                    next.watch(session.sql("INSERT INTO item VALUES (1)").rowsUpdated())
                        .then(next.watch(session.sql("INSERT INTO item VALUES (2)").rowsUpdated())))).then().block(PATIENCE);
            sessions.quiesced().block(PATIENCE);
            assertThat(count(sessions)).isEqualTo(cancel.isCancelled() ? 0 : 2);
        } while (cancel.isCancelled());
        // end::cancel[]
        // spotless:on
        assertThat(step).isEqualTo(7);
    }
}
