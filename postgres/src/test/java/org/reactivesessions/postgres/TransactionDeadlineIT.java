package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The time of a whole transaction on a server: what it sends, what it cancels, and that the verdict stays true. */
@ExtendWith(PostgresExtension.class)
class TransactionDeadlineIT {

    private static final TransactionOptions OPTIONS =
            TransactionOptions.defaults().named("report");

    private final TestDatabase database;
    private final ServerFixture fixture;

    TransactionDeadlineIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
    }

    @BeforeEach
    void createTable() {
        fixture.run("CREATE TABLE IF NOT EXISTS item (id int)");
        fixture.run("TRUNCATE item");
        fixture.sessions().withTransaction(session -> Mono.just(1)).block(ServerFixture.PATIENCE);
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    /** The ladder makes few different texts of it, and the server's last resort comes two seconds later. */
    @Test
    void whatIsLeftMustLimitTheServerToo() {
        Rule begin = fixture.proxy()
                .watch(FrameMatch.fromClient('Q')
                        .sql("^BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE, NOT DEFERRABLE;"
                                + " SET LOCAL statement_timeout = 50000; SET LOCAL lock_timeout = 1000"
                                + "(; SET LOCAL transaction_timeout = 0; SET LOCAL transaction_timeout = 50000)?$"));
        fixture.sessions()
                .withTransaction(
                        OPTIONS.timeout(Duration.ofSeconds(40)).lockTimeout(Duration.ofSeconds(1)),
                        session -> session.sql("INSERT INTO item VALUES (1)").rowsUpdated())
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();

        assertThat(begin.hits()).isEqualTo(1);
    }

    @Test
    void whatRunsMustBeCancelledOnTheServerAndTheConnectionComeBack() {
        fixture.sessions()
                .withTransaction(
                        OPTIONS.timeout(Duration.ofMillis(300)),
                        session -> session.sql("INSERT INTO item VALUES (1)")
                                .rowsUpdated()
                                .then(session.sql("SELECT pg_sleep(600)").execute()))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(
                                TransactionTimeoutException.class,
                                late -> assertThat(late.phase()).isEqualTo(LifePhase.ACTIVE))
                        .hasMessageContaining("it was running: SELECT pg_sleep(600)"));
        fixture.quiesce();

        assertThat(fixture.sessions().poolStatus().acquired()).isZero();
        assertThat(fixture.number(
                        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%pg_sleep%'"
                                + " AND pid <> pg_backend_pid()"))
                .isZero();
        assertThat(fixture.number("SELECT count(*) FROM item")).isZero();
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    /** The two share nothing but the Reactor Context. */
    @Test
    void sessionsOfAnotherDatabaseInsideMustNotTakeLonger() {
        try (ServerFixture other = ServerFixture.on(database)) {
            other.sessions().withTransaction(session -> Mono.just(1)).block(ServerFixture.PATIENCE);
            fixture.sessions()
                    .withTransaction(
                            OPTIONS.timeout(Duration.ofMillis(300)),
                            session -> other.sessions()
                                    .withTransaction(
                                            TransactionOptions.defaults().named("audit"),
                                            there -> there.sql("SELECT pg_sleep(600)")
                                                    .execute()))
                    .as(StepVerifier::create)
                    .verifyError(TransactionTimeoutException.class);
            fixture.quiesce(); // by then the one inside was cancelled
            other.quiesce();

            assertThat(other.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
            assertThat(other.sessions().poolStatus().acquired()).isZero();
        }
    }

    /** COMMIT was sent in time and is answered late: the subscriber hears the truth. */
    @Test
    void aCommitThatWasSentMustBeWaitedFor() {
        Rule answer = fixture.proxy().hold(FrameMatch.fromServer('C').answering("^COMMIT"));
        Duration limit = Duration.ofSeconds(2);
        Mono<Long> insert = fixture.sessions()
                .withTransaction(
                        OPTIONS.timeout(limit),
                        session -> session.sql("INSERT INTO item VALUES (1)").rowsUpdated())
                .cache();
        insert.subscribe(rows -> {}, error -> {});
        answer.awaitHit(ServerFixture.PATIENCE);
        StepVerifier.create(insert.timeout(limit.plusMillis(500), Mono.empty())).verifyComplete();
        answer.release();

        assertThat(insert.block(ServerFixture.PATIENCE)).isEqualTo(1);
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.COMMITTED);
    }
}
