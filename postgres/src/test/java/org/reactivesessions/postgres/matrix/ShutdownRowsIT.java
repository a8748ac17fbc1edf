package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.server.EmbeddedServer;
import reactor.core.publisher.Mono;

/** A server that is about to go, and one that is about to come. */
class ShutdownRowsIT extends FaultRows {

    private static final int ATTEMPTS = 10;
    private static final Duration BASE = Duration.ofMillis(50);

    private static EmbeddedServer server;

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    ShutdownRowsIT() {
        super(
                server.freshDatabase(),
                settings -> settings.pool(ServerFixture.roomyPool(2).aliveWindow(ALWAYS_ASKED))
                        .resilience(ResilienceOptions.defaults().maxAttempts(ATTEMPTS)));
    }

    @FaultRow(
            value = 6,
            invariants = {I1, I3, I4, I5, I6, I10})
    @Test
    void aServerThatShutsDownAndStartsMustBeTriedAgainWithGrowingWaits() throws SQLException {
        Operation operation;
        try (Connection last = fixture().database().openJdbc()) {
            ProcessHandle.of(server.postmasterPid()).orElseThrow().destroy(); // as pg_ctl stop -m smart does
            proxy().resetAll();
            operation = start(session -> Mono.just("done"));
            Patience.until("it is not tried again", () -> fixture().waits().size() >= 2);
            assertThat(last.isValid(1)).isTrue();
        }
        server.restart();

        check().heardWithin(ServerFixture.PATIENCE, operation);
        check().verdict(operation, TransactionOutcome.COMMITTED);
        check().acknowledgedOnlyIfDurable(operation);
        check().appliedAtMostOnce(operation);
        List<ServerFixture.Waited> waits = fixture().waits();
        assertThat(waits)
                .hasSizeLessThan(ATTEMPTS)
                .allSatisfy(waited -> assertThat(waited.pause())
                        .isLessThanOrEqualTo(BASE.multipliedBy(1L << (waited.attempt() - 2))));
        assertThat(waits)
                .anySatisfy(waited ->
                        assertThat(waited.error()).hasMessageContaining("the database system is shutting down"));
        check().poolIsWhole();
        check().recovers();
    }
}
