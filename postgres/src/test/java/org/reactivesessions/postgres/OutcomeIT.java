package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.R2dbcTransientException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Every end of a transaction on a real server: what its subscriber hears, what is durable, what the pool is left with. */
@ExtendWith(PostgresExtension.class)
class OutcomeIT {

    private static final String INSERT = "INSERT INTO item (id) VALUES ($1)";

    private final TestDatabase database;
    private final ServerFixture fixture;

    OutcomeIT(TestDatabase database) {
        this.database = database;
        fixture = ServerFixture.withLimits(database, Duration.ofSeconds(2), Duration.ofSeconds(2));
    }

    @BeforeEach
    void createTable() {
        fixture.run("DROP TABLE IF EXISTS item, parent");
        fixture.run("CREATE TABLE parent (id int PRIMARY KEY)");
        fixture.run("CREATE TABLE item (id int PRIMARY KEY,"
                + " parent int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private long rows() {
        return fixture.number("SELECT count(*) FROM item");
    }

    /** Nobody was told when the server finished, so it is asked until it has. */
    private long rowsOnceThereAre(long expected) {
        long end = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        long rows = rows();
        while (rows != expected && System.nanoTime() - end < 0) {
            rows = rows();
        }
        return rows;
    }

    private int backend() {
        return fixture.sessions()
                .withTransaction(
                        session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    @Test
    void aValueMustComeAfterCommitAndWithTheConnectionBack() {
        AtomicInteger acquiredAtSuccess = new AtomicInteger(-1);

        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 1).rowsUpdated())
                .doOnSuccess(rows ->
                        acquiredAtSuccess.set(fixture.sessions().poolStatus().acquired()))
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();

        assertThat(acquiredAtSuccess).hasValue(0);
        assertThat(rows()).isEqualTo(1);
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.COMMITTED);
        assertThat(fixture.lastEvent().phase()).isEqualTo(LifePhase.COMMITTING);
    }

    @Test
    void anErrorOfTheFunctionMustRollBackAndComeAsItIs() {
        IllegalStateException mine = new IllegalStateException("mine");
        AtomicInteger acquiredAtError = new AtomicInteger(-1);

        fixture.sessions()
                .withTransaction(
                        TransactionOptions.defaults().named("failing"),
                        session -> session.sql(INSERT, 1).rowsUpdated().then(Mono.error(mine)))
                .doOnError(error ->
                        acquiredAtError.set(fixture.sessions().poolStatus().acquired()))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(mine));

        assertThat(acquiredAtError).hasValue(0);
        assertThat(rows()).isZero();
        assertThat(fixture.lastEvent())
                .isEqualTo(new ServerFixture.Ended("failing", LifePhase.ACTIVE, TransactionOutcome.ROLLED_BACK, mine));
    }

    @Test
    void aFailedStatementMustComeAsTheDriversErrorAndKeepTheConnection() {
        int before = backend();
        fixture.run("INSERT INTO item (id) VALUES (7)");

        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 7).rowsUpdated())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(R2dbcDataIntegrityViolationException.class)
                        .extracting(thrown -> ((R2dbcException) thrown).getSqlState())
                        .isEqualTo("23505"));

        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void aSwallowedSqlErrorMustNeverBeASuccess() {
        fixture.run("INSERT INTO item (id) VALUES (7)");

        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 8)
                        .rowsUpdated()
                        .then(session.sql(INSERT, 7).rowsUpdated().onErrorReturn(0L)))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> {
                    assertThat(error)
                            .isInstanceOf(TransactionRolledBackException.class)
                            .isNotInstanceOf(R2dbcTransientException.class);
                    assertThat(error)
                            .cause()
                            .isInstanceOfSatisfying(
                                    R2dbcException.class,
                                    first -> assertThat(first.getSqlState()).isEqualTo("23505"));
                });

        assertThat(rows()).isEqualTo(1);
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void aDeferredConstraintMustFailTheMonoWithoutAValueAndTheFluxAfterItsRows() {
        int before = backend();
        String orphan = "INSERT INTO item (id, parent) VALUES ($1, 99)";

        fixture.sessions()
                .withTransaction(session -> session.sql(orphan, 1).rowsUpdated())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error ->
                        assertThat(((R2dbcException) error).getSqlState()).isEqualTo("23503"));
        fixture.sessions()
                .withTransactionMany(session -> session.sql(orphan, 1).rowsUpdated())
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyErrorSatisfies(error ->
                        assertThat(((R2dbcException) error).getSqlState()).isEqualTo("23503"));

        assertThat(rows()).isZero();
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void aStatementLeftRunningMustBeAnErrorAndRollBack() {
        fixture.sessions()
                .withTransaction(session -> {
                    session.sql("INSERT INTO item SELECT 1, NULL FROM pg_sleep(0.3)")
                            .rowsUpdated()
                            .subscribe();
                    return Mono.just("too early");
                })
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("statement still running: INSERT INTO item"));

        assertThat(rows()).isZero();
    }

    @Test
    void aFatalErrorMustBeSignalledAfterRollback() {
        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 1).rowsUpdated().<Long>map(rows -> {
                    throw new NoClassDefFoundError("planted");
                }))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error).isInstanceOf(NoClassDefFoundError.class));

        assertThat(rows()).isZero();
        assertThat(fixture.sessions().poolStatus().allocated()).isEqualTo(1);
    }

    @Test
    void anUnansweredBeginMustEndNotStartedWithinItsLimit() {
        int before = backend();
        Rule hold = fixture.proxy().hold(FrameMatch.fromServer('C').answering("^BEGIN"));
        AtomicInteger calls = new AtomicInteger();

        fixture.sessions()
                .withTransaction(session -> {
                    calls.incrementAndGet();
                    return session.sql(INSERT, 1).rowsUpdated();
                })
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(DatabaseUnavailableException.class)
                        .hasMessageContaining("BEGIN was not answered within 2000 ms"));

        assertThat(calls).as("nobody asked for a second call").hasValue(1);
        assertThat(hold.hits()).isEqualTo(1);
        hold.remove();
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
        assertThat(rows()).isZero();
        assertThat(backend()).isNotEqualTo(before);
    }

    @Test
    void anUnansweredBeginThatIsAwaitedMustBeTriedOnOtherConnections(TestDatabase database) {
        Duration limit = Duration.ofMillis(500);
        try (ServerFixture awaiting = ServerFixture.with(
                database, builder -> builder.autocommitWrites(true).limits(new TimeLimits(limit, limit)))) {
            Rule hold = awaiting.proxy().hold(FrameMatch.fromServer('C').answering("^BEGIN"));
            AtomicInteger calls = new AtomicInteger();

            awaiting.sessions()
                    .withTransaction(session -> Mono.just(calls.incrementAndGet()))
                    .as(StepVerifier::create)
                    .verifyError(DatabaseUnavailableException.class);

            assertThat(hold.hits())
                    .as("attempts, each on a connection of its own")
                    .isEqualTo(3);
            assertThat(calls).hasValue(0);
        }
    }

    @Test
    void aConnectionCutDuringBeginMustEndNotStarted() {
        backend();
        Rule cut = fixture.proxy().reset(FrameMatch.fromClient('Q').sql("^BEGIN"));

        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 1).rowsUpdated())
                .as(StepVerifier::create)
                .verifyError(R2dbcException.class);

        cut.awaitHit(ServerFixture.PATIENCE); // it counts when the link is cut, which we may hear of earlier
        cut.remove();
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
        assertThat(backend()).isPositive();
    }

    @Test
    void aCommitThatNeverReachesTheServerMustBeInDoubt() {
        backend();
        Rule cut = fixture.proxy().cut(FrameMatch.fromClient('Q').sql("^COMMIT"));

        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 1).rowsUpdated())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CommitOutcomeUnknownException.class)
                        .hasCauseInstanceOf(R2dbcException.class));

        cut.awaitHit(ServerFixture.PATIENCE); // it counts when the link is cut, which we may hear of earlier
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.IN_DOUBT);
        assertThat(rows()).isZero();
    }

    @Test
    void aCommitWhoseAnswerIsLostMustBeInDoubtAlthoughItIsDurable() {
        backend();
        Rule cut = fixture.proxy().cut(FrameMatch.fromServer('C').answering("^COMMIT"));

        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 1).rowsUpdated())
                .as(StepVerifier::create)
                .verifyError(CommitOutcomeUnknownException.class);

        cut.awaitHit(ServerFixture.PATIENCE); // it counts when the link is cut, which we may hear of earlier
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.IN_DOUBT);
        assertThat(rowsOnceThereAre(1)).isEqualTo(1);
    }

    @Test
    void aCommitThatIsNotAnsweredInTimeMustBeInDoubtAndLoseItsConnection() {
        int before = backend();
        Rule hold = fixture.proxy().hold(FrameMatch.fromServer('C').answering("^COMMIT"));

        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 1).rowsUpdated())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(CommitOutcomeUnknownException.class)
                        .hasMessageContaining("not answered in time"));

        assertThat(hold.hits()).isEqualTo(1);
        hold.remove();
        assertThat(backend()).isNotEqualTo(before);
    }

    @Test
    void aBackendKilledDuringAStatementMustRollBackAndBeReplaced() {
        int before = backend();

        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 1)
                        .rowsUpdated()
                        .then(Mono.fromRunnable(() -> fixture.run("SELECT pg_terminate_backend(" + before + ")"))
                                .subscribeOn(Schedulers.boundedElastic()))
                        .then(session.sql("SELECT pg_sleep(5)").execute()))
                .as(StepVerifier::create)
                .verifyError(R2dbcException.class);

        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(rows()).isZero();
        assertThat(backend()).isNotEqualTo(before);
    }

    @Test
    void aCancelledStatementThatRunsOnMustCostTheConnectionAfterItsLimit() {
        Duration limit = Duration.ofSeconds(2);
        try (ServerFixture patient = ServerFixture.with(
                database, builder -> builder.limits(new TimeLimits(limit, limit).noServerCancel()))) {
            Rule running = patient.proxy().watch(FrameMatch.fromClient('Q').sql("pg_sleep"));

            var subscription = patient.sessions()
                    .withTransaction(session -> session.sql(INSERT, 1)
                            .rowsUpdated()
                            .then(session.sql("SELECT pg_sleep(60)").execute()))
                    .subscribe();
            running.awaitHit(ServerFixture.PATIENCE);
            subscription.dispose();
            patient.quiesce();

            assertThat(patient.sessions().poolStatus().acquired()).isZero();
            assertThat(patient.sessions().poolStatus().allocated())
                    .as("connections left")
                    .isZero();
            assertThat(patient.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
            assertThat(patient.proxy().cancelRequests()).isZero();
            assertThat(rows()).isZero();
            patient.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'SELECT pg_sleep%'");
        }
    }

    @Test
    void aLostRollbackMustKeepTheFunctionsErrorAndTheOutcome() {
        backend();
        Rule cut = fixture.proxy().reset(FrameMatch.fromClient('Q').sql("^ROLLBACK"));
        IllegalStateException mine = new IllegalStateException("mine");

        fixture.sessions()
                .withTransaction(session -> session.sql(INSERT, 1).rowsUpdated().then(Mono.error(mine)))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> {
                    assertThat(error).isSameAs(mine);
                    assertThat(error.getSuppressed()).hasSize(1);
                });

        cut.awaitHit(ServerFixture.PATIENCE); // it counts when the link is cut, which we may hear of earlier
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(rows()).isZero();
    }

    @Test
    void takeBehindAFluxMustRollBack() {
        fixture.sessions()
                .withTransactionMany(session -> Flux.range(1, 5)
                        .concatMap(
                                id -> session.sql(INSERT + " RETURNING id", id).one(row -> row.get(0, Integer.class))))
                .take(2)
                .as(StepVerifier::create)
                .expectNext(1, 2)
                .verifyComplete();
        fixture.quiesce();

        assertThat(rows()).isZero();
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void transactionsAfterCloseMustBeRefused() {
        fixture.sessions().close().block(ServerFixture.PATIENCE);

        assertThatThrownBy(() -> fixture.sessions()
                        .withTransaction(session -> session.sql(INSERT, 1).rowsUpdated())
                        .block(ServerFixture.PATIENCE))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(fixture.sessions().poolStatus().allocated()).isZero();
    }
}
