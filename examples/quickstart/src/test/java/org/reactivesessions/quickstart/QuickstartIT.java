package org.reactivesessions.quickstart;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.PostgresServer;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;

/**
 * The program as it is must end well; with the gate removed and the race forced, or with the breaker switched off, it must
 * notice and say so.
 */
class QuickstartIT {

    private static final Settings SEED_1 = new Settings(1);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    @Test
    void theProgramMustEndWithZeroAsItIs() throws SQLException {
        int exitCode = run(EmbeddedServer.shared(), Quickstart::sessions);

        assertThat(exitCode).as(report()).isZero();
        assertThat(report())
                .contains("ok      both accounts have changed by 100")
                .contains("ok      no account has changed")
                .contains("ok      no half transaction")
                .contains("ok      health was UP before")
                .contains("ok      the circuit opened")
                .contains("ok      health was DOWN while it was stopped")
                .contains("ok      the circuit closed by itself")
                .contains("ok      health was UP afterwards")
                .contains("ok      no transfer was lost or half done")
                .containsPattern("health before +UP after [0-9.]+ ms, circuit CLOSED: it answers")
                .containsPattern("of the kind +CIRCUIT_OPEN")
                .containsPattern("health meanwhile +DOWN after [0-9.]+ ms, circuit OPEN: .*Connection refused")
                .containsPattern("health afterwards +UP after [0-9.]+ ms, circuit CLOSED: it answers")
                .contains("All 14 promises held.")
                .doesNotContain("BROKEN");
    }

    @Test
    void aServerOfSomebodyElseMustNotBeStopped() throws SQLException {
        int exitCode = run(new ForeignServer(TestServers.current()), Quickstart::sessions);

        assertThat(exitCode).as(report()).isZero();
        assertThat(report())
                .contains("4. The server is stopped and started again: left out, it is not this program's to stop")
                .doesNotContain("health")
                .contains("All 8 promises held.")
                .doesNotContain("BROKEN");
    }

    @Test
    void theOutageMustBreakItsPromisesWhenTheBreakerIsSwitchedOff() throws SQLException {
        Outcomes outcomes = new Outcomes();
        int exitCode;
        EmbeddedServer server = EmbeddedServer.shared();
        try (TestDatabase database = server.freshDatabase();
                PrintStream out = new PrintStream(printed, true, UTF_8)) {
            ReactiveSessions planted = PostgresSessions.builder()
                    .url(database.r2dbcUrl())
                    .pool(Quickstart.POOL)
                    .resilience(ResilienceOptions.defaults().noCircuitBreaker())
                    .listener(outcomes)
                    .build();
            Report report = new Report(out);
            new Outage(server, planted, outcomes, Ledger.create(database), report).run();
            planted.close().block(PATIENCE);
            exitCode = report.conclude();
        }

        assertThat(exitCode).as(report()).isOne();
        assertThat(report())
                .contains("BROKEN  the circuit opened")
                .contains("ok      health was DOWN while it was stopped")
                .contains("BROKEN  the circuit closed by itself")
                .contains("ok      health was UP afterwards")
                .contains("ok      no transfer was lost or half done")
                .contains("2 of 6 promises broken.");
    }

    @Test
    void theProgramMustEndWithOneWhenTheGateIsRemovedAndTheRaceForced() throws SQLException {
        UngatedDialect planted = new UngatedDialect(RandomCancels.CANCELLED);

        int exitCode = run(
                new ForeignServer(TestServers.current()),
                (database, listener) -> ReactiveSessions.builder(driver(database))
                        .dialect(planted)
                        .pool(Quickstart.POOL)
                        .listener(listener)
                        .build());

        assertThat(planted.strays()).as("statements sent behind ROLLBACK").isGreaterThan(100);
        assertThat(exitCode).as(report()).isOne();
        assertThat(report()).contains("BROKEN  no half transaction").doesNotContain("promises held.");
    }

    private int run(PostgresServer server, BiFunction<TestDatabase, SessionListener, ReactiveSessions> factory)
            throws SQLException {
        try (PrintStream out = new PrintStream(printed, true, UTF_8)) {
            return new Demonstration(server, factory, SEED_1, out).run();
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
