package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Once;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.CommitVerification;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * Transactions with a marker whose COMMIT, or the answer to it, is lost. What the driver has decoded of a connection that is
 * cut is dropped, and not always released.
 */
@ExpectsDrops
@ExtendWith(PostgresExtension.class)
class MarkedLostIT {

    private static final TransactionOptions MARKED =
            TransactionOptions.defaults().named("transfer").verification(CommitVerification.marker());

    private final ServerFixture fixture;
    private final List<String> hooks = new CopyOnWriteArrayList<>();

    MarkedLostIT(TestDatabase database) {
        fixture = ServerFixture.withLimits(database, Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    @BeforeEach
    void install() {
        fixture.run("DROP TABLE IF EXISTS item");
        fixture.run("CREATE TABLE item (id int PRIMARY KEY)");
        fixture.run("DROP SCHEMA IF EXISTS reactive_sessions CASCADE");
        CommitMarkerSchema.install(fixture.sessions()).block(ServerFixture.PATIENCE);
        insert(0).block(ServerFixture.PATIENCE);
        fixture.sessions().quiesced().block(ServerFixture.PATIENCE);
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private Mono<Long> insert(int id) {
        return fixture.sessions().withTransaction(MARKED, session -> {
            session.afterCommit(() -> Mono.fromRunnable(() -> hooks.add("commit " + id)));
            session.afterRollback(() -> Mono.fromRunnable(() -> hooks.add("rollback " + id)));
            return session.sql("INSERT INTO item (id) VALUES ($1)", id).rowsUpdated();
        });
    }

    @Test
    void aLostAnswerMustEndAsCommitted() {
        fixture.proxy().cut(FrameMatch.fromServer('C').answering("^COMMIT").nth(1));

        StepVerifier.create(insert(1)).expectNext(1L).verifyComplete();

        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(hooks).endsWith("commit 1");
    }

    @Test
    void aLostCommitMustEndAsRolledBack() {
        fixture.proxy().cut(FrameMatch.fromClient('Q').sql("^COMMIT").nth(1));

        StepVerifier.create(insert(1)).verifyError(DatabaseUnavailableException.class);

        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(hooks).endsWith("rollback 1");
        assertThat(fixture.number("SELECT count(*) FROM item WHERE id = 1")).isZero();
    }

    @Test
    void anOperationWhoseAnswerIsLostMustBeAppliedOnce() {
        Mono<Once<Long>> once = fixture.sessions()
                .once(
                        "a",
                        session ->
                                session.sql("INSERT INTO item (id) VALUES (1)").rowsUpdated());
        fixture.proxy().cut(FrameMatch.fromServer('C').answering("^COMMIT").nth(1));

        StepVerifier.create(once).expectNext(Once.applied(1L)).verifyComplete();

        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(once.block(ServerFixture.PATIENCE)).isInstanceOf(Once.AlreadyApplied.class);
    }
}
