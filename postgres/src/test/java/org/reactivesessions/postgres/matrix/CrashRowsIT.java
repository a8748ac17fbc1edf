package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I10;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import io.r2dbc.spi.R2dbcException;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import reactor.core.publisher.Mono;

/** Processes of the server that are killed (SIGKILL), so that all of it starts again. */
class CrashRowsIT extends FaultRows {

    private static EmbeddedServer server;

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    CrashRowsIT() {
        super(server.freshDatabase(), settings -> settings.pool(ServerFixture.roomyPool(3)));
        installMarkers();
    }

    /** Blocks until the server answers again, also after a test that has failed. */
    @AfterEach
    void awaitRecovery() {
        Patience.until("the server has not recovered", () -> {
            try {
                return fixture().number("SELECT 1") == 1;
            } catch (IllegalStateException notYet) {
                return false;
            }
        });
    }

    private int committer() {
        return (int) fixture()
                .number("SELECT pid FROM pg_stat_activity WHERE datname = current_database()"
                        + " AND state = 'active' AND query LIKE 'COMMIT%'");
    }

    @FaultRow(
            value = 23,
            invariants = {I1, I2, I3, I4, I6, I8, I9, I10})
    @ParameterizedTest(name = "the one that commits {0}")
    @ValueSource(booleans = {true, false})
    void aKilledBackendMustEndEveryLeaseWithAVerdictAndThePoolRecover(boolean committing) {
        try (ServerLatch latch = ServerLatch.close(fixture())) {
            AtCommit.await(fixture(), latch);
            Operation running = start(FaultRows::sleep);
            int sleeper = awaitSleeper();
            Rule written = proxy().watch(Frames.WRITTEN);
            Operation idle = start(session -> untilLost(session).thenReturn("done"));
            written.awaitHit(ServerFixture.PATIENCE);
            Operation inCommit = start(session -> Mono.just("done"));
            latch.awaitCommit();
            server.killBackend(committing ? committer() : sleeper);

            assertThat(running.await().error()).isInstanceOf(R2dbcException.class);
            check().verdict(running, TransactionOutcome.ROLLED_BACK);
            check().verdict(idle, TransactionOutcome.ROLLED_BACK);
            assertThat(inCommit.await().error()).isInstanceOf(CommitOutcomeUnknownException.class);
            check().verdict(inCommit, TransactionOutcome.IN_DOUBT);
            awaitRecovery();
            for (Operation operation : List.of(running, idle, inCommit)) {
                check().oneTerminal(operation);
                check().acknowledgedOnlyIfDurable(operation);
                check().appliedAtMostOnce(operation);
                check().nothingDurable(
                                operation); // it is not, in doubt or not: the trigger was before the commit record
            }
            check().recovers();
            check().poolIsWhole();
            check().nextBorrowerIsClean();
        }
    }

    private void mustBe(TransactionOutcome outcome, Operation operation) {
        check().verdict(operation, outcome);
        check().acknowledgedOnlyIfDurable(operation);
        check().undoneOnlyIfAbsent(operation);
        check().appliedAtMostOnce(operation);
        check().oneTerminal(operation);
        check().recovers();
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }

    @FaultRow(
            value = 45,
            invariants = {I1, I2, I3, I4, I6, I8, I9, I10})
    @Test
    void aServerThatDiesBeforeCommitReachesItMustHaveRolledBack() {
        Rule commit = proxy().hold(Frames.COMMIT.nth(1));
        Operation operation = start(MARKED, session -> Mono.just("done"));
        commit.awaitHit(ServerFixture.PATIENCE);
        server.crash();
        commit.release();
        server.restart();

        assertThat(operation.await().error()).isInstanceOf(DatabaseUnavailableException.class);
        mustBe(TransactionOutcome.ROLLED_BACK, operation);
    }

    @FaultRow(
            value = 45,
            invariants = {I1, I2, I3, I4, I6, I8, I9, I10})
    @Test
    void aServerThatDiesInCommitMustHaveRolledBackIfNothingWasRecorded() {
        try (ServerLatch latch = ServerLatch.close(fixture())) {
            AtCommit.await(fixture(), latch);
            Operation operation = start(MARKED, session -> Mono.just("done"));
            latch.awaitCommit();
            server.crash();
            server.restart();

            assertThat(operation.await().error()).isInstanceOf(DatabaseUnavailableException.class);
            mustBe(TransactionOutcome.ROLLED_BACK, operation);
        }
    }

    /** The server has answered, and the proxy has the answer, when everything dies. */
    @FaultRow(
            value = 45,
            invariants = {I1, I2, I3, I4, I6, I8, I9, I10})
    @Test
    void aServerThatDiesBehindCommitMustHaveCommitted() {
        Rule answer = proxy().hold(Frames.COMMIT_ANSWER.nth(1));
        Operation operation = start(MARKED, session -> Mono.just("done"));
        answer.awaitHit(ServerFixture.PATIENCE);
        server.crash();
        proxy().resetAll();
        server.restart();

        operation.await();
        assertThat(operation.signals()).containsExactly("value done", "completion");
        mustBe(TransactionOutcome.COMMITTED, operation);
        assertThat(operation.effects()).isEqualTo(1);
    }
}
