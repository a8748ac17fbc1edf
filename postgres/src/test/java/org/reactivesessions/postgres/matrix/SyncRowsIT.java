package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Mono;

/** Commits that wait for a standby that is not there, as does whatever is to find out about them. */
class SyncRowsIT extends FaultRows {

    private static final Duration WITHIN = Duration.ofSeconds(3);
    private static final TransactionOptions SYNCHRONOUS = DEFAULTS.setting("synchronous_commit", "on")
            .retry(TransactionRetry.defaults())
            .verification(CommitVerification.marker());
    private static final String WAITING =
            "SELECT coalesce(max(pid), 0) FROM pg_stat_activity WHERE wait_event = 'SyncRep'";

    private static EmbeddedServer server;

    /** Only those wait for the standby who ask for it. */
    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start(Map.of("synchronous_commit", "local"));
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    SyncRowsIT() throws SQLException {
        super(demandStandby().freshDatabase(), settings -> settings);
        installMarkers();
    }

    /** By a restart, because nobody can tell when a setting that is loaded again has come to hold for the next commit. */
    private static EmbeddedServer demandStandby() throws SQLException {
        try (Connection session = server.openJdbc();
                Statement statement = session.createStatement()) {
            statement.execute("ALTER SYSTEM SET synchronous_standby_names = 'nobody'");
        }
        server.restart();
        return server;
    }

    /** As an operator does when the standby will not come back; it lets everybody go who waits for it. */
    private void renounceStandby() {
        fixture().run("ALTER SYSTEM RESET synchronous_standby_names");
        fixture().run("SELECT pg_reload_conf()");
    }

    /** Blocks until somebody waits for the standby, and returns the process that does. */
    private int awaitWaiting() {
        Patience.until("nobody waits for the standby", () -> fixture().number(WAITING) > 0);
        return (int) fixture().number(WAITING);
    }

    /** An operation whose COMMIT was made here, waits for the standby, and is ended there. */
    private Operation endedInItsWait(TransactionOptions options) {
        Operation operation = start(options, session -> Mono.just("done"));
        int committing = awaitWaiting();
        fixture().run("SELECT pg_terminate_backend(" + committing + ")");
        Patience.until("it still waits", () -> fixture().number(WAITING) != committing);
        return operation;
    }

    private void mustBe(TransactionOutcome outcome, Operation operation) {
        check().verdict(operation, outcome);
        check().acknowledgedOnlyIfDurable(operation);
        check().appliedAtMostOnce(operation);
        check().oneTerminal(operation);
        assertThat(operation.effects()).isEqualTo(1);
        assertThat(operation.calls()).isEqualTo(1);
        assertThat(fixture().number(WAITING)).as("still waits").isZero();
        check().poolIsWhole();
        check().nextBorrowerIsClean();
    }

    @FaultRow(
            value = 44,
            invariants = {I1, I3, I4, I6, I8, I9})
    @Test
    void aCommitEndedInItsWaitMustBeCommittedWhenTheWaitIsOver() {
        Operation operation = endedInItsWait(SYNCHRONOUS);
        awaitWaiting(); // the one who asks
        assertThat(operation.isOver()).isFalse();
        renounceStandby();

        operation.await();
        assertThat(operation.signals()).containsExactly("value done", "completion");
        mustBe(TransactionOutcome.COMMITTED, operation);
    }

    /** It is there, but nobody may be told so: it could be lost with this server. */
    @FaultRow(
            value = 44,
            invariants = {I1, I3, I4, I5, I6, I8, I9})
    @Test
    void aCommitEndedInItsWaitMustStayInDoubtIfTheWaitIsLonger() {
        Operation operation = endedInItsWait(
                SYNCHRONOUS.verification(CommitVerification.marker().within(WITHIN)));
        long ended = System.nanoTime();
        operation.await();
        check().heardWithin(WITHIN.plus(Duration.ofNanos(ended - operation.startedAt())), operation);
        renounceStandby();

        mustBe(TransactionOutcome.IN_DOUBT, operation);
        assertThat(operation.toldLater()).isEqualTo("t");
    }
}
