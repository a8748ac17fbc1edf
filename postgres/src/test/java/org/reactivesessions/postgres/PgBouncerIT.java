package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What the preset for poolers puts on the wire; {@code PgBouncerRun} tries it on a real one. */
@ExtendWith(PostgresExtension.class)
class PgBouncerIT {

    private static final List<String> KNOWN_TO_POOLERS =
            List.of("user", "database", "application_name", "client_encoding", "DateStyle", "TimeZone");

    private static final String PREPARED = "SELECT count(*) FROM pg_prepared_statements";

    private final TestDatabase database;

    PgBouncerIT(TestDatabase database) {
        this.database = database;
    }

    @BeforeEach
    void createTable() {
        try (ServerFixture fixture = preset()) {
            fixture.run("DROP TABLE IF EXISTS item");
            fixture.run("CREATE TABLE item (id int)");
        }
    }

    private ServerFixture preset() {
        return ServerFixture.with(database, PostgresSessions.Builder::pgBouncer);
    }

    private PostgresSessions.Builder through(StrictPooler pooler) {
        return PostgresSessions.builder()
                .url(database.r2dbcUrl(pooler.host(), pooler.port()))
                .pool(ServerFixture.roomyPool(1))
                .healthTimeout(ServerFixture.PATIENCE);
    }

    private static void insert(ReactiveSessions sessions) {
        sessions.withTransaction(session ->
                        session.sql("INSERT INTO item VALUES ($1)", 1).rowsUpdated())
                .as(StepVerifier::create)
                .expectNext(1L)
                .verifyComplete();
    }

    private static Mono<Long> prepared(ReactiveSessions sessions) {
        return sessions.withTransaction(session -> session.sql("SELECT $1::int", 1)
                .one(row -> row.get(0, Integer.class))
                .then(session.sql(PREPARED).one(row -> row.get(0, Long.class))));
    }

    private static void mustBeUp(ReactiveSessions sessions) {
        sessions.health()
                .as(StepVerifier::create)
                .assertNext(report -> assertThat(report.status()).isIn(HealthStatus.UP, HealthStatus.SATURATED))
                .verifyComplete();
    }

    @Test
    void theStartupMustNameOnlyWhatPoolersKnow() {
        try (StrictPooler pooler = StrictPooler.before(database.host(), database.port())) {
            ReactiveSessions sessions = through(pooler).pgBouncer().build();
            insert(sessions);
            mustBeUp(sessions);
            assertThat(pooler.startups())
                    .hasSizeGreaterThanOrEqualTo(2)
                    .allSatisfy(names -> assertThat(names).isEqualTo(KNOWN_TO_POOLERS));
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    @Test
    void aRefusedConnectionMustBeOpenedAsWithThePreset() {
        try (StrictPooler pooler = StrictPooler.before(database.host(), database.port());
                LogLines log = LogLines.of(PoolerSighting.class)) {
            ReactiveSessions sessions = through(pooler).build();
            insert(sessions);
            insert(sessions);
            prepared(sessions).as(StepVerifier::create).expectNext(0L).verifyComplete();
            mustBeUp(sessions);

            assertThat(pooler.startups().get(0)).contains("extra_float_digits", "default_transaction_read_only");
            assertThat(pooler.startups().get(1)).isEqualTo(KNOWN_TO_POOLERS);
            assertThat(pooler.startups())
                    .filteredOn(names -> !names.equals(KNOWN_TO_POOLERS))
                    .as("refused; the pool's connection and the sentinel's may both come before it is known")
                    .hasSizeLessThanOrEqualTo(2);
            assertThat(log.lines()).singleElement().asString().contains("extra_float_digits", "pgBouncer()");
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    @Test
    void aRefusedConnectionMustSayWhatIsInTheWay() {
        try (StrictPooler pooler = StrictPooler.before(database.host(), database.port())) {
            ReactiveSessions sessions =
                    through(pooler).initSql("SET search_path = app").build();
            sessions.withTransaction(session -> session.sql("SELECT 1").execute())
                    .as(StepVerifier::create)
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(R2dbcNonTransientResourceException.class)
                            .hasMessageContaining("unsupported startup parameter")
                            .hasMessageContaining("use pgBouncer(), without onConnect or initSql"));
            assertThat(pooler.startups()).allSatisfy(names -> assertThat(names).contains("extra_float_digits"));
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    @Test
    void noStatementMustBePreparedByName() {
        try (ServerFixture fixture = preset();
                ServerFixture direct = ServerFixture.on(database)) {
            prepared(fixture.sessions()).as(StepVerifier::create).expectNext(0L).verifyComplete();
            prepared(direct.sessions()).as(StepVerifier::create).expectNext(1L).verifyComplete();
        }
    }

    @Test
    void beginMustBeAwaited() {
        try (ServerFixture fixture = preset()) {
            Rule begun = fixture.proxy().hold(FrameMatch.fromServer('Z').answering("^BEGIN"));
            Rule statement =
                    fixture.proxy().watch(FrameMatch.fromClient('P', 'Q').sql("INSERT"));
            Mono<Long> inserted = fixture.sessions()
                    .withTransaction(session ->
                            session.sql("INSERT INTO item VALUES ($1)", 1).rowsUpdated())
                    .cache();
            inserted.subscribe();
            begun.awaitHit(ServerFixture.PATIENCE);
            assertThat(statement.hits()).isZero();
            begun.remove();
            inserted.as(StepVerifier::create).expectNext(1L).verifyComplete();
            assertThat(statement.hits()).isEqualTo(1);
        }
    }

    static Stream<TransactionOptions> options() {
        return Stream.of(
                TransactionOptions.defaults(),
                TransactionOptions.defaults()
                        .readOnly()
                        .statementTimeout(ServerFixture.PATIENCE)
                        .setting("app.tenant", "a"));
    }

    @ParameterizedTest
    @MethodSource("options")
    void aTransactionMustCostItsExchangesAndTwo(TransactionOptions options) {
        try (ServerFixture fixture = preset()) {
            prepared(fixture.sessions()).block(ServerFixture.PATIENCE);
            try (RoundTrips count = fixture.proxy().countRoundTrips()) {
                fixture.sessions()
                        .withTransaction(
                                options,
                                session -> session.sql("SELECT $1::int", 1)
                                        .one(row -> row.get(0, Integer.class))
                                        .then(session.sql("SELECT 1").one(row -> row.get(0, Integer.class))))
                        .block(ServerFixture.PATIENCE);
                assertThat(count.perLink().get(0).flights()).isEqualTo(2 + 2);
            }
        }
    }

    @Test
    void nothingMustOutliveTheTransaction() {
        try (ServerFixture fixture = preset()) {
            TransactionOptions tenant = TransactionOptions.defaults()
                    .statementTimeout(ServerFixture.PATIENCE)
                    .setting("app.tenant", "a");
            String look = "SELECT current_setting('app.tenant', true) || current_setting('statement_timeout')";
            fixture.sessions()
                    .withTransaction(tenant, session -> session.sql(look).one(row -> row.get(0, String.class)))
                    .as(StepVerifier::create)
                    .expectNext("a50s")
                    .verifyComplete();
            fixture.sessions()
                    .withSession(session -> session.sql(look).one(row -> row.get(0, String.class)))
                    .as(StepVerifier::create)
                    .expectNext("0")
                    .verifyComplete();
        }
    }

    @Test
    void aSessionWithoutATransactionMustBeAbleToWrite() {
        try (ServerFixture fixture = preset()) {
            fixture.sessions()
                    .withSession(session ->
                            session.sql("INSERT INTO item VALUES ($1)", 1).rowsUpdated())
                    .as(StepVerifier::create)
                    .expectNext(1L)
                    .verifyComplete();
            assertThat(fixture.number("SELECT count(*) FROM item")).isEqualTo(1);
        }
    }

    /** Without the preset the request would end the statement; with it the statement ends when the lock is free. */
    @Test
    void aCancelMustNotBecomeARequest() {
        try (ServerFixture fixture = preset();
                AdvisoryLock lock = AdvisoryLock.take(database, 7)) {
            Disposable waiting = waitFor(fixture.sessions());
            lock.release(() -> {
                Rule rollback = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^ROLLBACK"));
                waiting.dispose();
                rollback.awaitHit(ServerFixture.PATIENCE);
            });
            fixture.quiesce();
            assertThat(fixture.proxy().cancelRequests()).isZero();
        }
    }

    @Test
    void aCancelMustNotBecomeARequestAfterARefusalEither() {
        try (StrictPooler pooler = StrictPooler.before(database.host(), database.port());
                AdvisoryLock lock = AdvisoryLock.take(database, 7)) {
            ReactiveSessions sessions = through(pooler).build();
            Disposable waiting = waitFor(sessions);
            lock.release(waiting::dispose);
            sessions.quiesced().block(ServerFixture.PATIENCE);
            assertThat(pooler.startups()).allSatisfy(names -> assertThat(names).contains("user"));
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    private Disposable waitFor(ReactiveSessions sessions) {
        Disposable waiting = sessions.withTransaction(session ->
                        session.sql("SELECT pg_advisory_xact_lock(7)").execute())
                .subscribe();
        ServerCensus.await(
                database,
                ServerFixture.PATIENCE,
                census -> census.sessions().stream()
                        .anyMatch(session -> session.state().equals("active")
                                && session.query().contains("pg_advisory_xact_lock(7)")));
        return waiting;
    }

    static Stream<Arguments> contradictions() {
        return Stream.of(
                contradiction("overlap(true)", builder -> builder.overlap(true)),
                contradiction("autocommitWrites(false)", builder -> builder.autocommitWrites(false)),
                contradiction("onConnect", builder -> builder.onConnect(connection -> Mono.empty())),
                contradiction("initSql", builder -> builder.initSql("SET search_path = app")),
                contradiction(
                        "serverCancel",
                        builder -> builder.limits(TimeLimits.defaults().cancelGrace(ServerFixture.PATIENCE))));
    }

    private static Arguments contradiction(String name, UnaryOperator<PostgresSessions.Builder> step) {
        return Arguments.of(name, step);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("contradictions")
    void whatCannotBeHadMustBeRefused(String name, UnaryOperator<PostgresSessions.Builder> step) {
        PostgresSessions.Builder builder =
                step.apply(PostgresSessions.builder().url(database.r2dbcUrl()).pgBouncer());
        assertThatIllegalArgumentException()
                .isThrownBy(builder::build)
                .withMessageContaining("pgBouncer()")
                .withMessageContaining(name);
    }

    @Test
    void whatChangesNothingMustBeAccepted() {
        PostgresSessions.builder()
                .url(database.r2dbcUrl())
                .pgBouncer()
                .overlap(false)
                .autocommitWrites(true)
                .initSql()
                .limits(TimeLimits.defaults().noServerCancel())
                .build()
                .close()
                .block(ServerFixture.PATIENCE);
    }
}
