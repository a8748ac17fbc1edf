package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.R2dbcException;
import io.r2dbc.spi.TransactionDefinition;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** What BEGIN's message does on a real server: limits and settings for one transaction, in one exchange, without a snapshot. */
@ExtendWith(PostgresExtension.class)
class BeginIT {

    private static final TransactionOptions DEFAULTS = TransactionOptions.defaults();

    /** One of each kind, so that the message is a script. */
    private static final TransactionOptions EVERYTHING = DEFAULTS.statementTimeout(Duration.ofSeconds(45))
            .lockTimeout(Duration.ofMillis(1_001))
            .idleTimeout(Duration.ofMinutes(1))
            .setting("app.tenant", "it's \\ 表 😀")
            .setting("work_mem", "1MB");

    private static final String SEEN = "SELECT concat_ws('|', current_setting('statement_timeout'),"
            + " current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),"
            + " current_setting('app.tenant', true), current_setting('work_mem'))";

    private final TestDatabase database;
    private final ServerFixture fixture;

    BeginIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
    }

    @BeforeEach
    void createTable() {
        fixture.run("DROP TABLE IF EXISTS account");
        fixture.run("CREATE TABLE account (id int PRIMARY KEY, balance int)");
        fixture.run("INSERT INTO account VALUES (1, 0)");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Mono<String> text(Session session, String query) {
        return session.sql(query).one(row -> row.get(0, String.class));
    }

    private @Nullable String inTransaction(TransactionOptions options, String query) {
        return fixture.sessions()
                .withTransaction(options, session -> text(session, query))
                .block(ServerFixture.PATIENCE);
    }

    private void mustFail(TransactionOptions options, String sql, String sqlState) {
        fixture.sessions()
                .withTransaction(options, session -> session.sql(sql).execute())
                .as(StepVerifier::create)
                .expectErrorSatisfies(error ->
                        assertThat(((R2dbcException) error).getSqlState()).isEqualTo(sqlState))
                .verify(ServerFixture.PATIENCE);
    }

    /** Past the sessions, away from the event loop. */
    private Mono<Void> meanwhile(String sql) {
        return Mono.<Void>fromRunnable(() -> fixture.run(sql)).subscribeOn(Schedulers.boundedElastic());
    }

    @Test
    void limitsAndSettingsMustHoldForOneTransactionOnly() {
        inTransaction(DEFAULTS, "SELECT 1::text");
        String before = inTransaction(DEFAULTS, SEEN);
        assertThat(inTransaction(EVERYTHING, SEEN)).isEqualTo("50s|2s|100s|it's \\ 表 😀|1MB");
        // A setting of an application's own is empty afterwards, where it was NULL before.
        assertThat(inTransaction(DEFAULTS, SEEN)).isEqualTo("0|0|0||4MB").isNotEqualTo(before);

        fixture.sessions()
                .withTransaction(EVERYTHING, session -> Mono.error(new IllegalStateException("mine")))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(ServerFixture.PATIENCE);
        assertThat(inTransaction(DEFAULTS, SEEN)).isEqualTo("0|0|0||4MB");
    }

    @Test
    void limitsAloneMustGoByTheDriversOwnBegin() {
        TransactionOptions limited =
                DEFAULTS.statementTimeout(Duration.ofSeconds(45)).lockTimeout(Duration.ofSeconds(1));
        Rule begin = fixture.proxy()
                .watch(FrameMatch.fromClient('Q')
                        .sql("^BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE, NOT DEFERRABLE;"
                                + " SET LOCAL statement_timeout = 50000; SET LOCAL lock_timeout = 1000$"));

        assertThat(inTransaction(limited, SEEN)).startsWith("50s|1s|0|");
        assertThat(inTransaction(limited, SEEN)).startsWith("50s|1s|0|");
        assertThat(begin.hits()).isEqualTo(2);
        assertThat(inTransaction(DEFAULTS, SEEN)).startsWith("0|0|0|");
    }

    /** The driver would say what BEGIN was sent as. */
    @Test
    void noLevelOfATransactionMustBeSeenAfterIt() {
        fixture.sessions()
                .withTransaction(
                        EVERYTHING.isolation(IsolationLevel.SERIALIZABLE),
                        session -> Mono.error(new IllegalStateException("mine")))
                .onErrorComplete()
                .block(ServerFixture.PATIENCE);

        assertThat(fixture.sessions()
                        .withSession(session -> Mono.just(session.connection().getTransactionIsolationLevel()))
                        .block(ServerFixture.PATIENCE))
                .isEqualTo(IsolationLevel.READ_COMMITTED);
    }

    @Test
    void aListMustHaveOneElementPerValue() {
        assertThat(inTransaction(
                        DEFAULTS.setting("search_path", "pg_catalog", "odd \"name\""),
                        "SELECT current_setting('search_path')"))
                .isEqualTo("pg_catalog, \"odd \"\"name\"\"\"");
    }

    @Test
    void allOfItMustCostNothing() {
        inTransaction(DEFAULTS, "SELECT 1::text");
        try (RoundTrips count = fixture.proxy().countRoundTrips()) {
            inTransaction(EVERYTHING.isolation(IsolationLevel.SERIALIZABLE).readOnly(), "SELECT 1::text");
            assertThat(count.perLink().get(0).flights()).isEqualTo(1 + 1);
        }
    }

    /** PostgreSQL's manual, 13.4.2: with a snapshot from before the lock, the read would see what was before it. */
    @Test
    void whatWasCommittedBeforeALockMustBeSeenBehindIt() {
        assertThat(fixture.sessions()
                        .withTransaction(
                                EVERYTHING.isolation(IsolationLevel.REPEATABLE_READ),
                                session -> meanwhile("UPDATE account SET balance = 100")
                                        .then(session.sql("LOCK TABLE account IN SHARE MODE")
                                                .execute())
                                        .then(text(session, "SELECT balance::text FROM account")))
                        .block(ServerFixture.PATIENCE))
                .isEqualTo("100");
    }

    @Test
    void aDeferrableBeginMustNotWaitForASerializableWriter() throws SQLException {
        TransactionOptions deferrable =
                EVERYTHING.isolation(IsolationLevel.SERIALIZABLE).readOnly().deferrable();
        try (Connection writer = database.openJdbc()) {
            writer.setAutoCommit(false);
            writer.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
            writer.createStatement().execute("UPDATE account SET balance = 1");

            assertThat(fixture.sessions()
                            .withTransaction(deferrable, session -> Mono.just("begun"))
                            .block(ServerFixture.PATIENCE))
                    .isEqualTo("begun");
            CompletableFuture<String> read = fixture.sessions()
                    .withTransaction(deferrable, session -> text(session, "SELECT balance::text FROM account"))
                    .toFuture();
            awaitSafeSnapshot(); // its first query does wait
            assertThat(read).isNotDone();
            writer.commit();

            assertThat(read)
                    .as("the snapshot was taken before, and has turned out to be safe")
                    .succeedsWithin(ServerFixture.PATIENCE)
                    .isEqualTo("0");
        }
    }

    private void awaitSafeSnapshot() {
        long end = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        while (fixture.number("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'SafeSnapshot'") == 0) {
            assertThat(System.nanoTime() - end)
                    .as("nobody waits for a safe snapshot")
                    .isNegative();
        }
    }

    @Test
    void aLimitMustEndAStatement() throws SQLException {
        mustFail(DEFAULTS.statementTimeout(Duration.ofMillis(20)), "SELECT pg_sleep(30)", "57014");
        try (Connection holder = database.openJdbc()) {
            holder.setAutoCommit(false);
            holder.createStatement().execute("UPDATE account SET balance = 1");
            mustFail(DEFAULTS.lockTimeout(Duration.ofMillis(20)), "UPDATE account SET balance = 2", "55P03");
        }
        assertThat(fixture.number("SELECT balance FROM account")).isZero();
    }

    @Test
    void aTransactionThatStandsStillMustBeEnded() {
        fixture.sessions()
                .withTransaction(
                        DEFAULTS.idleTimeout(Duration.ofMillis(20)),
                        session -> session.sql("UPDATE account SET balance = 1 RETURNING pg_backend_pid()")
                                .one(row -> row.get(0, Integer.class))
                                .flatMap(backend -> Mono.fromRunnable(() -> awaitEndOf(backend))
                                        .subscribeOn(Schedulers.boundedElastic()))
                                .then(session.sql("SELECT 1").execute()))
                .as(StepVerifier::create)
                .expectError(R2dbcException.class) // 25P03, or that the connection is closed
                .verify(ServerFixture.PATIENCE);

        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(inTransaction(DEFAULTS, "SELECT balance::text FROM account")).isEqualTo("0");
    }

    private void awaitEndOf(int backend) {
        ServerCensus.await(
                database,
                ServerFixture.PATIENCE,
                now -> now.sessions().stream().noneMatch(session -> session.pid() == backend));
    }

    /** The second frame of the answer is the error, and the driver knows the status only from the last. */
    @Test
    void aSettingThatTheServerRefusesMustLeaveNothingBehind() {
        String backend = "SELECT pg_backend_pid()::text";
        String before = inTransaction(DEFAULTS, backend);
        Rule rollback = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^ROLLBACK$"));
        Rule ready = fixture.proxy()
                .hold(FrameMatch.fromServer('Z').answering("^BEGIN").nth(1));
        CompletableFuture<String> refused = fixture.sessions()
                .withTransaction(DEFAULTS.setting("work_mem", "no"), session -> Mono.just("never"))
                .onErrorResume(R2dbcException.class, error -> Mono.just(error.getSqlState()))
                .toFuture();
        ready.awaitHit(ServerFixture.PATIENCE);
        assertThat(refused).isNotDone();
        ready.release();

        assertThat(refused).succeedsWithin(ServerFixture.PATIENCE).isEqualTo("22023");
        assertThat(rollback.hits()).isEqualTo(1);
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
        assertThat(inTransaction(DEFAULTS, backend)).isEqualTo(before);
        mustFail(DEFAULTS.setting("no_such_setting", "on"), "SELECT 1", "42704");
        assertThat(inTransaction(DEFAULTS, backend)).isEqualTo(before);
    }

    @Test
    void aCancelBehindAScriptThatIsUnansweredMustRollBack() {
        inTransaction(DEFAULTS, "SELECT 1::text");
        Rule rollback = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^ROLLBACK$"));
        Rule answer = fixture.proxy()
                .hold(FrameMatch.fromServer('C').answering("^BEGIN").nth(1));
        var running = fixture.sessions()
                .withTransaction(EVERYTHING, session -> Mono.never())
                .subscribe();
        answer.awaitHit(ServerFixture.PATIENCE);
        running.dispose();
        answer.release();
        fixture.quiesce();

        assertThat(rollback.hits()).isEqualTo(1);
        assertThat(inTransaction(DEFAULTS, SEEN)).startsWith("0|0|0|");
    }

    @Test
    void whatWouldEndangerTheScopeMustBeRefusedAtAssembly() {
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        fixture.sessions().withTransaction(DEFAULTS.setting("Role", "secret"), session -> Mono.empty()))
                .withMessageContaining("setting \"role\" is refused: ")
                .satisfies(error -> assertThat(error.getMessage()).doesNotContain("secret"));
        assertThat(fixture.proxy().linksOpened()).isZero();
    }

    /** R2DBC has the attribute, and Spring fills it with the timeout of a transaction; the driver ignores it. */
    @Test
    void theLockTimeoutOfALibraryMustBeSet() {
        TransactionDefinition limited = new TransactionDefinition() {
            @Override
            public <T> @Nullable T getAttribute(Option<T> option) {
                return option.equals(LOCK_WAIT_TIMEOUT) ? option.cast(Duration.ofSeconds(2)) : null;
            }
        };
        assertThat(Mono.usingWhen(
                                fixture.sessions().connectionFactory().create(),
                                connection -> Mono.fromDirect(connection.beginTransaction(limited))
                                        .then(Mono.from(connection
                                                .createStatement("SELECT current_setting('lock_timeout')")
                                                .execute()))
                                        .flatMap(result -> Mono.from(result.map(row -> row.get(0, String.class)))),
                                io.r2dbc.spi.Connection::close)
                        .block(ServerFixture.PATIENCE))
                .isEqualTo("2s");
        assertThat(inTransaction(DEFAULTS, SEEN)).startsWith("0|0|0|");
    }
}
