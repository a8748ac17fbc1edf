package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I4;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;

/** A primary that dies with the answer to COMMIT, and a standby that takes its place. */
@ExpectsDrops // a standby refuses BEGIN and what is behind it, and the driver is closed with that unread
class FailoverRowsIT extends FaultRows {

    private static final Duration WITHIN = Duration.ofSeconds(3);

    /** What a test has promoted is the primary of the next one. */
    private static final List<EmbeddedServer> SERVERS = new ArrayList<>();

    private final EmbeddedServer primary = newest();
    private final EmbeddedServer standby;

    @BeforeAll
    static void startPrimary() {
        SERVERS.add(EmbeddedServer.start());
    }

    @AfterAll
    static void closeServers() {
        SERVERS.forEach(EmbeddedServer::close);
        SERVERS.clear();
    }

    private static EmbeddedServer newest() {
        return SERVERS.get(SERVERS.size() - 1);
    }

    FailoverRowsIT() {
        super(newest().freshDatabase(), settings -> settings);
        installMarkers();
        standby = primary.startStandby();
        SERVERS.add(standby);
    }

    /** An operation that has committed on the primary, whose answer is lost with it, after its log has arrived, or has not. */
    private Operation lostWithItsPrimary(TransactionOptions options, boolean shipped) {
        if (!shipped) {
            standby.cutOff();
        }
        Rule answer = proxy().hold(Frames.COMMIT_ANSWER.nth(1));
        Operation operation = start(options, session -> Mono.just("done"));
        answer.awaitHit(ServerFixture.PATIENCE);
        assertThat(operation.effects()).as("effects on the primary").isEqualTo(1);
        if (shipped) {
            primary.awaitReplay(standby);
        }
        primary.crash();
        fixture().failOverTo(standby.copyOf(fixture().database()));
        return operation;
    }

    private void mustBe(TransactionOutcome outcome, Operation operation) {
        check().verdict(operation, outcome);
        check().acknowledgedOnlyIfDurable(operation);
        check().undoneOnlyIfAbsent(operation);
        check().appliedAtMostOnce(operation);
        check().oneTerminal(operation);
        check().poolIsWhole();
    }

    @FaultRow(
            value = 48,
            invariants = {I1, I2, I3, I4, I6, I8, I9})
    @Test
    void aCommitThatIsLostInAFailoverMustBeRolledBack() {
        Operation operation = lostWithItsPrimary(MARKED, false);
        standby.promote();
        proxy().resetAll();

        assertThat(operation.await().error()).isInstanceOf(DatabaseUnavailableException.class);
        mustBe(TransactionOutcome.ROLLED_BACK, operation);
        check().nextBorrowerIsClean();
    }

    @FaultRow(
            value = 48,
            invariants = {I1, I2, I3, I4, I6, I8, I9})
    @Test
    void aCommitThatSurvivesAFailoverMustBeCommitted() {
        Operation operation = lostWithItsPrimary(MARKED, true);
        standby.promote();
        proxy().resetAll();

        operation.await();
        assertThat(operation.signals()).containsExactly("value done", "completion");
        mustBe(TransactionOutcome.COMMITTED, operation);
        assertThat(operation.effects()).isEqualTo(1);
        check().nextBorrowerIsClean();
    }

    /** What a standby shows is no verdict: more may come, and it can keep nothing from coming. */
    @FaultRow(
            value = 48,
            invariants = {I1, I2, I3, I4, I6, I9})
    @ParameterizedTest(name = "its log has arrived: {0}")
    @ValueSource(booleans = {true, false})
    void aCommitMustStayInDoubtAsLongAsThereIsNoPrimary(boolean shipped) {
        Operation operation = lostWithItsPrimary(
                DEFAULTS.verification(CommitVerification.marker().within(WITHIN)), shipped);
        proxy().resetAll();

        assertThat(operation.await().error()).isInstanceOf(CommitOutcomeUnknownException.class);
        mustBe(TransactionOutcome.IN_DOUBT, operation);
        standby.promote();
        assertThat(operation.toldLater()).isEqualTo(shipped ? "t" : "f");
        assertThat(operation.effects()).isEqualTo(shipped ? 1 : 0);
    }
}
