package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.PostgresqlConnectionFactory;
import io.r2dbc.spi.IsolationLevel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** SQL that may have taken the guard down, where no connection is reset: the next BEGIN is waited for and asks, and what was found down is destroyed. */
@ExtendWith(PostgresExtension.class)
class GuardLookIT {

    private static final FrameMatch LOOK =
            FrameMatch.fromClient('Q').sql("^BEGIN .*; SHOW default_transaction_read_only$");
    private static final String INSERT = "INSERT INTO item VALUES ($1)";

    private final TestDatabase database;
    private final ServerFixture fixture;

    GuardLookIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.withoutReset(database);
    }

    @BeforeEach
    void createTable() {
        fixture.run("DROP TABLE IF EXISTS item, parent");
        fixture.run("CREATE TABLE item (id int)");
        fixture.run("CREATE OR REPLACE PROCEDURE nothing() LANGUAGE sql AS ''");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private void transaction(String... texts) {
        fixture.sessions()
                .withTransaction(session -> Flux.fromArray(texts)
                        .concatMap(sql -> session.sql(sql).execute())
                        .then())
                .block(ServerFixture.PATIENCE);
    }

    private int backend() {
        return fixture.sessions()
                .withSession(session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    /** A write, of which it is seen whether BEGIN asks and whether the function is called before its answer. */
    private void write(boolean looks) {
        AtomicInteger calls = new AtomicInteger();
        Rule look = fixture.proxy().watch(LOOK);
        Rule begin = fixture.proxy()
                .hold(FrameMatch.fromServer('C').answering("^BEGIN").nth(1));
        Rule sent = fixture.proxy().watch(FrameMatch.fromClient('B').sql("^INSERT"));
        StepVerifier.create(fixture.sessions().withTransaction(session -> {
                    calls.incrementAndGet();
                    return session.sql(INSERT, 1).rowsUpdated();
                }))
                .then(() -> {
                    begin.awaitHit(ServerFixture.PATIENCE);
                    if (looks) {
                        assertThat(calls.get()).isZero();
                        assertThat(sent.hits()).isZero();
                    } else {
                        sent.awaitHit(ServerFixture.PATIENCE);
                    }
                    begin.remove();
                })
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertThat(look.hits()).as("looks").isEqualTo(looks ? 1 : 0);
        look.remove();
        sent.remove();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET work_mem = '1MB'",
                "RESET work_mem",
                "RESET ALL",
                "DISCARD TEMP",
                "CALL nothing()",
                "DO 'BEGIN NULL; END'",
                "SELECT set_config('app.a', 'b', true)",
                "SELECT count(*) FROM pg_settings",
                "/* */ SET work_mem = '1MB'",
                "SELECT 1; SET work_mem = '1MB'"
            })
    void afterItTheNextBeginMustLookOnce(String sql) {
        transaction(sql);
        int before = backend();
        write(true);
        write(false);

        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void afterAnythingElseTheNextBeginMustNotLook() {
        transaction("CREATE TABLE parent (id int)", "LOCK TABLE parent", "DROP TABLE parent");
        write(false);
    }

    @Test
    void outsideATransactionItMustCountAsWell() {
        fixture.sessions()
                .withSession(session -> session.sql("SET work_mem = '1MB'").execute())
                .block(ServerFixture.PATIENCE);
        write(true);
        write(false);
    }

    /** Every way to take the guard down that is written in the text of a statement. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT set_config('default_transaction_read_only', 'off', false)",
                "SELECT pg_catalog.\"set_config\"('default_transaction_read_only', 'off', false)",
                "SELECT U&\"set\\005fconfig\"('default_transaction_read_only', 'off', false)",
                "SELECT U&\"set!005fconfig\" UESCAPE '!' ('default_transaction_read_only', 'off', false)",
                "INSERT INTO item SELECT length(set_config('default_transaction_read_only', 'off', false))",
                "WITH a AS MATERIALIZED (SELECT set_config('default_transaction_read_only', 'off', false)) TABLE a",
                "EXPLAIN ANALYZE SELECT set_config('default_transaction_read_only', 'off', false)",
                "UPDATE pg_settings SET setting = 'off' WHERE name = 'default_transaction_read_only'",
                "DO 'BEGIN SET default_transaction_read_only = off; END'",
                "DO $$ BEGIN EXECUTE 'SET default_transaction' || '_read_only = off'; END $$",
                "SELECT query_to_xml('SELECT set' || '_config(''default_transaction_read_only'', ''off'', false)',"
                        + " true, true, '')",
                "SELECT * FROM ts_stat('SELECT to_tsvector(set' ||"
                        + " '_config(''default_transaction_read_only'', ''off'', false))')"
            })
    void whatWasTakenDownMustBeFoundAndDestroyedAfterThatTransaction(String sql) {
        transaction(sql);
        int before = backend();
        assertThat(isUp()).as("the guard").isFalse();
        write(true);

        assertThat(backend()).isNotEqualTo(before);
        assertThat(isUp()).as("the guard").isTrue();
        write(false);
    }

    private boolean isUp() {
        return fixture.sessions()
                .withSession(session ->
                        session.sql("SHOW default_transaction_read_only").one(row -> "on".equals(row.get(0))))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    /** The text that takes it down is not the one that was read when it was prepared. */
    @ParameterizedTest
    @ValueSource(
            strings = {"EXECUTE down", "EXPLAIN ANALYZE EXECUTE down", "CREATE TEMPORARY TABLE parent AS EXECUTE down"})
    void whatAPreparedStatementTakesDownMustBeFoundToo(String sql) {
        transaction("PREPARE down AS SELECT set_config('default_transaction_read_only', 'off', false)");
        write(true);
        write(false);
        transaction(sql);
        int before = backend();
        assertThat(isUp()).as("the guard").isFalse();
        write(true);

        assertThat(backend()).isNotEqualTo(before);
    }

    @Test
    void namesOfGeneratedValuesMustBeReadToo() {
        fixture.sessions()
                .withTransaction(session -> Flux.from(session.connection()
                                .createStatement(INSERT)
                                .bind(0, 1)
                                .returnGeneratedValues("set_config('default_transaction_read_only', 'off', false)")
                                .execute())
                        .flatMap(result -> result.map(row -> row.get(0, String.class)))
                        .then())
                .block(ServerFixture.PATIENCE);
        write(true);
        write(false);
    }

    /** What is rolled back is restored by the server; that nobody is certain of it costs one look. */
    @Test
    void whatWasRolledBackMustBeFoundUp() {
        fixture.sessions()
                .withTransaction(
                        session -> session.sql("SELECT set_config('default_transaction_read_only', 'off', false)")
                                .execute()
                                .then(Mono.error(new IllegalStateException("mine"))))
                .onErrorComplete()
                .block(ServerFixture.PATIENCE);
        int before = backend();
        write(true);
        write(false);

        assertThat(backend()).isEqualTo(before);
    }

    /** What functions do inside the server is not text. The guard stays down until somebody looks; this is its limit. */
    @Test
    void whatAFunctionTakesDownMustWaitForSomebodyToLook() {
        fixture.run("CREATE OR REPLACE FUNCTION down() RETURNS text LANGUAGE sql"
                + " AS $$ SELECT set_config('default_transaction_read_only', 'off', false) $$");
        transaction("SELECT down()");
        assertThat(isUp()).isFalse();
        write(false);
        transaction("RESET ALL");
        assertThat(isUp()).isTrue();
    }

    /** With a fetch size of its own the driver would use the protocol that takes one command only. */
    @Test
    void aFetchSizeOfTheConfigurationMustNotKeepBeginFromLooking() {
        ReactiveSessions own = ReactiveSessions.builder(
                        new PostgresqlConnectionFactory(PostgresqlConnectionConfiguration.builder()
                                .host(database.host())
                                .port(database.port())
                                .database(database.database())
                                .username(database.username())
                                .password(database.password())
                                .fetchSize(10)
                                .options(PostgresDialect.GUARD_PARAMETERS)
                                .build()))
                .dialect(new PostgresDialect())
                .pool(ServerFixture.roomyPool(1))
                .build();
        for (String sql : List.of("SET work_mem = '1MB'", "SELECT 1")) {
            own.withTransaction(
                            TransactionOptions.defaults().readOnly(),
                            session -> session.sql(sql).execute())
                    .as(StepVerifier::create)
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);
        }
        own.close().block(ServerFixture.PATIENCE);
    }

    /** SHOW takes no snapshot, so what commits before the first statement is seen. */
    @Test
    void aLookMustTakeNoSnapshot() {
        transaction("SET work_mem = '1MB'");
        Rule look = fixture.proxy().watch(LOOK);
        fixture.sessions()
                .withTransaction(
                        TransactionOptions.defaults().isolation(IsolationLevel.REPEATABLE_READ),
                        session -> Mono.fromRunnable(() -> fixture.run("INSERT INTO item VALUES (1)"))
                                .subscribeOn(Schedulers.boundedElastic())
                                .then(session.sql("SELECT count(*) FROM item").one(row -> row.get(0, Long.class))))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertThat(look.hits()).isEqualTo(1);
    }
}
