package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Mono;

/** The sessions are closed while the server is there and does not answer (SIGSTOP). */
class CloseHangRowsIT extends FaultRows {

    private static final Duration GRACE = Duration.ofMillis(200);
    private static final Duration CONTROL = Duration.ofMillis(500);
    private static final Duration COMMIT = Duration.ofSeconds(1);
    /** The driver's goodbye, twice: at the end of the transaction, and of the pool. */
    private static final Duration CLOSING = Duration.ofSeconds(4);

    private static EmbeddedServer server;

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    CloseHangRowsIT() {
        super(server.freshDatabase(), settings -> settings.closeGrace(GRACE).limits(new TimeLimits(CONTROL, COMMIT)));
    }

    @AfterEach
    void thaw() {
        server.thaw();
    }

    private void mustBeOverWithin(Duration limit) {
        long since = System.nanoTime();
        fixture().sessions().close().block(ServerFixture.PATIENCE);
        check().placeBackWithin(limit.plus(CLOSING), since);
        assertThat(fixture().sessions().poolStatus().allocated()).isZero();
        server.thaw();
    }

    @FaultRow(
            value = 14,
            invariants = {I3, I5, I6, I9})
    @Test
    void aStatementOfABackendThatHangsMustNotKeepCloseFromEnding() {
        Operation operation = start(FaultRows::sleep);
        awaitSleeper();
        server.freezeBackends();
        mustBeOverWithin(GRACE.plus(CONTROL).plus(CONTROL));

        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().oneTerminal(operation);
        check().poolIsWhole();
    }

    @FaultRow(
            value = 14,
            invariants = {I3, I5, I6, I9})
    @Test
    void aCommitOfABackendThatHangsMustBeInDoubtAtItsOwnLimit() {
        Rule commit = proxy().hold(Frames.COMMIT);
        Operation operation = start(session -> Mono.empty());
        commit.awaitHit(ServerFixture.PATIENCE);
        server.freezeBackends();
        mustBeOverWithin(COMMIT.plus(CONTROL));
        commit.release(); // behind it is the driver's goodbye

        check().verdict(operation, TransactionOutcome.IN_DOUBT);
        assertThat(operation.error()).isInstanceOf(CommitOutcomeUnknownException.class);
        check().oneTerminal(operation);
        check().poolIsWhole();
    }

    @FaultRow(
            value = 14,
            invariants = {I5, I6, I9})
    @Test
    void idleConnectionsToAServerThatHangsMustBeClosed() {
        Operation before = start(session -> Mono.empty()).await();
        server.freeze();
        mustBeOverWithin(Duration.ZERO);

        check().oneTerminal(before);
        check().poolIsWhole();
    }
}
