package org.reactivesessions.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.sql.SQLException;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/** The program as it is must end well; with the gate removed and the race forced, it must notice and say so. */
class QuickstartIT {

    private static final Settings SEED_1 = new Settings(1);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void theProgramMustEndWithZeroAsItIs() throws SQLException {
        int exitCode = run(database -> listener -> Quickstart.sessions(database, listener));

        assertThat(exitCode).as(report()).isZero();
        assertThat(report())
                .contains("ok      both accounts have changed by 100")
                .contains("ok      no account has changed")
                .contains("ok      no half transaction")
                .contains("All 8 promises held.")
                .doesNotContain("BROKEN");
    }

    @Test
    void theProgramMustEndWithOneWhenTheGateIsRemovedAndTheRaceForced() throws SQLException {
        UngatedDialect planted = new UngatedDialect(RandomCancels.CANCELLED);

        int exitCode = run(database -> listener -> ReactiveSessions.builder(driver(database))
                .dialect(planted)
                .pool(Quickstart.POOL)
                .listener(listener)
                .build());

        assertThat(planted.strays()).as("statements sent behind ROLLBACK").isGreaterThan(100);
        assertThat(exitCode).as(report()).isOne();
        assertThat(report()).contains("BROKEN  no half transaction").doesNotContain("All 8 promises held.");
    }

    private int run(Function<TestDatabase, Function<SessionListener, ReactiveSessions>> factory) throws SQLException {
        PostgresServer server = TestServers.current();
        try (TestDatabase database = server.freshDatabase();
                PrintStream out = new PrintStream(printed, true, UTF_8)) {
            return new Demonstration(database, factory.apply(database), SEED_1, out).run();
        }
    }

    private String report() {
        return printed.toString(UTF_8);
    }

    private static PostgresqlConnectionFactory driver(TestDatabase database) {
        return new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                .host(database.host())
                .port(database.port())
                .database(database.database())
                .username(database.username())
                .password(database.password())
                .build());
    }
}
