package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I11;
import static org.reactivesessions.postgres.matrix.Invariant.I12;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I6;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/** A database that is there and does not let us in: no longer, or not so many of us. */
class RoleRowsIT extends FaultRows {

    private static final String PASSWORD = "known-to-nobody-else";
    private static final int SIZE = 4;

    private final String role;

    RoleRowsIT(TestDatabase database) {
        super(
                withRole(database),
                settings -> settings.username(roleOf(database))
                        .password(PASSWORD)
                        .pool(ServerFixture.roomyPool(SIZE).aliveWindow(ALWAYS_ASKED)));
        role = roleOf(database);
    }

    private static String roleOf(TestDatabase database) {
        return "rows_" + database.database();
    }

    /** A role without rights but those on the tables that are made next. */
    private static TestDatabase withRole(TestDatabase database) {
        Secrets.know(PASSWORD);
        String role = roleOf(database);
        try (Connection admin = database.openJdbc();
                Statement statement = admin.createStatement()) {
            statement.execute("DO $$ BEGIN IF to_regrole('" + role + "') IS NULL THEN CREATE ROLE " + role
                    + "; END IF; END $$; ALTER ROLE " + role + " LOGIN CONNECTION LIMIT -1 PASSWORD '" + PASSWORD
                    + "'; ALTER DEFAULT PRIVILEGES GRANT ALL ON TABLES TO " + role);
        } catch (SQLException failed) {
            throw new IllegalStateException(failed);
        }
        return database;
    }

    private void alterRole(String how) {
        fixture().run("ALTER ROLE " + role + " " + how);
    }

    @FaultRow(
            value = 4,
            invariants = {I2, I3, I6, I11, I12})
    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "PASSWORD 'another', PASSWORD '" + PASSWORD + "', 28P01",
        "NOLOGIN, LOGIN, 28000",
    })
    void whoIsNotLetInMustTryOnce(String fault, String remedy, String state) {
        alterRole(fault);
        proxy().resetAll();
        Rule logIns = proxy().watch(OF_POOL);
        List<Operation> operations = IntStream.range(0, 20)
                .mapToObj(each -> start(session -> Mono.just("done")).await())
                .toList();

        operations.forEach(operation -> {
            assertThat(operation.error()).isInstanceOfSatisfying(DatabaseRefusedException.class, error -> {
                assertThat(error.getSqlState()).isEqualTo(state);
                assertThat(error.attempt()).isEqualTo(1);
            });
            check().keepsSecrets(operation);
            check().verdict(operation, TransactionOutcome.NOT_STARTED);
        });
        check().nothingDurable(operations.get(0));
        assertThat(logIns.hits()).as("log-ins").isEqualTo(operations.size());
        check().circuitHasStayedClosed();
        alterRole(remedy);
        backend();
        check().poolIsWhole();
    }

    /** One more than two, for health. */
    @FaultRow(
            value = 5,
            invariants = {I3, I6, I10})
    @Test
    void whoFindsNoRoomOnTheServerMustBeServedByWhoIsDone() {
        fixture().sessions().health().block(ServerFixture.PATIENCE);
        alterRole("CONNECTION LIMIT 3");
        Rule logIns = proxy().watch(OF_POOL);
        long since = System.nanoTime();
        List<Operation> operations = IntStream.range(0, 4 * SIZE)
                .mapToObj(each -> start(session -> Mono.just("done")))
                .toList();

        operations.forEach(operation -> {
            assertThat(operation.await().error()).isNull();
            check().verdict(operation, TransactionOutcome.COMMITTED);
            assertThat(operation.effects()).isEqualTo(1);
        });
        assertThat(fixture().sessions().poolStatus().allocated()).isLessThanOrEqualTo(2);
        assertThat((long) logIns.hits())
                .as("those that were asked for at once, and one in a second")
                .isLessThanOrEqualTo(
                        SIZE - 1 + Duration.ofNanos(System.nanoTime() - since).toSeconds());
        check().poolIsWhole();
        alterRole("CONNECTION LIMIT -1");
        check().recovers();
    }
}
