package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.Session;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.error.WriteOutsideTransactionException;
import org.reactivesessions.postgres.hygiene.ExpectsDrops;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What the guard refuses outside a transaction and what it does not; each line is one of the table in the guide. */
@ExtendWith(PostgresExtension.class)
@ExpectsDrops // an error comes before the end of its command, and the driver drops that if it is closed in between
class GuardIT {

    private static final String READ_ONLY = "25006";

    private final TestDatabase database;
    private final ServerFixture fixture;

    GuardIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
    }

    @BeforeEach
    void createTables() {
        fixture.run("DROP TABLE IF EXISTS item, parent");
        fixture.run("DROP SEQUENCE IF EXISTS numbers");
        fixture.run("CREATE TABLE item (id int)");
        fixture.run("INSERT INTO item VALUES (0)");
        fixture.run("CREATE SEQUENCE numbers");
        fixture.run("CREATE OR REPLACE FUNCTION writes() RETURNS int LANGUAGE sql VOLATILE"
                + " AS 'INSERT INTO item VALUES (1) RETURNING id'");
        fixture.run(
                "CREATE OR REPLACE PROCEDURE procedure_writes() LANGUAGE sql" + " AS 'INSERT INTO item VALUES (1)'");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Mono<Void> run(ServerFixture at, String sql) {
        return at.sessions().withSession(session -> session.sql(sql).execute());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO item VALUES (1)",
                "UPDATE item SET id = 2",
                "DELETE FROM item",
                "MERGE INTO item USING (VALUES (1)) AS v (id) ON false WHEN NOT MATCHED THEN INSERT VALUES (1)",
                "WITH w AS (INSERT INTO item VALUES (1) RETURNING id) SELECT id FROM w",
                "SELECT id FROM item FOR UPDATE",
                "SELECT id FROM item FOR KEY SHARE",
                "SELECT nextval('numbers')",
                "SELECT setval('numbers', 7)",
                "SELECT writes()",
                "SELECT * INTO parent FROM item",
                "EXPLAIN ANALYZE INSERT INTO item VALUES (1)",
                "DO 'BEGIN INSERT INTO item VALUES (1); END'",
                "CALL procedure_writes()",
                "TRUNCATE item",
                "CREATE TABLE parent (id int)",
                "CREATE TEMPORARY TABLE parent (id int)",
                "CREATE INDEX CONCURRENTLY i ON item (id)",
                "ALTER TABLE item ADD COLUMN a int",
                "DROP TABLE item",
                "GRANT SELECT ON item TO PUBLIC",
                "COMMENT ON TABLE item IS 'a'",
                "REFRESH MATERIALIZED VIEW item"
            })
    void outsideATransactionThisMustBeRefused(String sql) {
        run(fixture, sql)
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfSatisfying(WriteOutsideTransactionException.class, refused -> {
                            assertThat(refused.getSqlState()).isEqualTo(READ_ONLY);
                            assertThat(refused.kind()).isEqualTo(FailureKind.NO_TRANSACTION);
                        })
                        .hasMessageContaining("Use withTransaction, or autocommitWrites(true)."))
                .verify(ServerFixture.PATIENCE);
        assertThat(fixture.number("SELECT count(*) FROM item WHERE id = 0")).isEqualTo(1);
        assertThat(fixture.number("SELECT count(*) FROM item")).isEqualTo(1);
        assertThat(fixture.sessions().poolStatus().idle())
                .as("a mistake of the application costs no connection")
                .isEqualTo(1);
    }

    /** A server before 16 lets large objects be made and written in a read-only transaction, and so past the guard. */
    @Test
    void outsideATransactionALargeObjectMustBeRefusedIfTheServerRefusesIt() {
        String create = "SELECT lo_create(0)";
        if (fixture.number("SELECT current_setting('server_version_num')::int") >= 160_000) {
            outsideATransactionThisMustBeRefused(create);
        } else {
            outsideATransactionThisMustNotBeRefused(create);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SELECT id FROM item",
                "SELECT pg_advisory_lock(1)",
                "LISTEN channel",
                "NOTIFY channel",
                "SELECT pg_notify('channel', '')",
                "SET work_mem = '1MB'",
                "PREPARE p AS SELECT 1",
                "VACUUM item",
                "ANALYZE item",
                "REINDEX TABLE item",
                "CHECKPOINT",
                "SELECT pg_logical_emit_message(false, 'a', 'b')",
                "SELECT txid_current()",
                "LOCK TABLE item IN ACCESS SHARE MODE; SELECT 1"
            })
    void outsideATransactionThisMustNotBeRefused(String sql) {
        run(fixture, sql).as(StepVerifier::create).expectComplete().verify(ServerFixture.PATIENCE);
    }

    /** One that exists is written to, in read-only transactions too. Nobody inherits one, unless connections are not reset. */
    @Test
    void outsideATransactionATemporaryTableMustBeWritten() {
        try (ServerFixture unreset = ServerFixture.withoutReset(database)) {
            unreset.sessions()
                    .withTransaction(session -> session.sql("CREATE TEMPORARY TABLE scratch (id int)")
                            .execute())
                    .block(ServerFixture.PATIENCE);
            unreset.sessions()
                    .withSession(session ->
                            session.sql("INSERT INTO scratch VALUES (1)").rowsUpdated())
                    .as(StepVerifier::create)
                    .expectNext(1L)
                    .verifyComplete();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "INSERT INTO item VALUES (1)",
                "SELECT nextval('numbers')",
                "SELECT id FROM item FOR UPDATE",
                "CREATE TEMPORARY TABLE parent (id int)",
                "CREATE INDEX CONCURRENTLY i ON item (id)",
                "CALL procedure_writes()",
                "SELECT lo_create(0)"
            })
    void withAutocommitWritesNothingMustBeRefused(String sql) {
        try (ServerFixture open = ServerFixture.with(database, builder -> builder.autocommitWrites(true))) {
            run(open, sql).as(StepVerifier::create).expectComplete().verify(ServerFixture.PATIENCE);
        }
    }

    /** What else is 0A000, and so might be taken for a standby's answer. */
    @Test
    void anErrorOfAnotherKindMustStayWhatItIs() {
        run(fixture, "SELECT DISTINCT id FROM item FOR UPDATE")
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isNotInstanceOf(WriteOutsideTransactionException.class)
                        .isInstanceOfSatisfying(
                                R2dbcException.class,
                                unsupported ->
                                        assertThat(unsupported.getSqlState()).isEqualTo("0A000")))
                .verify(ServerFixture.PATIENCE);
    }

    /** Somebody has changed a setting before, so nobody knows whether the guard is up; it is, and says so. */
    @Test
    void onAConnectionOfWhichNobodyIsCertainAWriteMustSayWhatToDoAsWell() {
        run(fixture, "SET work_mem = '1MB'").block(ServerFixture.PATIENCE);

        run(fixture, "INSERT INTO item VALUES (1)")
                .as(StepVerifier::create)
                .expectError(WriteOutsideTransactionException.class)
                .verify(ServerFixture.PATIENCE);
    }

    /** With a serializable default a read would wait for a safe snapshot. */
    @Test
    void aSerializableDeferrableDefaultMustNotMakeReadsWait() {
        List.of("isolation = 'serializable'", "deferrable = on")
                .forEach(value ->
                        fixture.run("ALTER DATABASE \"" + database.database() + "\" SET default_transaction_" + value));
        try (ServerFixture other = ServerFixture.on(database)) {
            other.sessions()
                    .withSession(session ->
                            session.sql("SHOW transaction_deferrable").one(row -> row.get(0, String.class)))
                    .as(StepVerifier::create)
                    .expectNext("off")
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);
        } finally {
            List.of("isolation", "deferrable")
                    .forEach(name -> fixture.run(
                            "ALTER DATABASE \"" + database.database() + "\" RESET default_transaction_" + name));
        }
    }

    /** What the role or the database say is beaten, and RESET ALL and DISCARD ALL restore it. */
    @Test
    void itMustBeUpWhateverTheDatabaseSays() {
        fixture.run("ALTER DATABASE \"" + database.database() + "\" SET default_transaction_read_only = off");
        try (ServerFixture other = ServerFixture.on(database)) {
            for (String before : List.of("SELECT 1", "RESET ALL", "DISCARD ALL")) {
                run(other, before).block(ServerFixture.PATIENCE);
                StepVerifier.create(run(other, "INSERT INTO item VALUES (1)"))
                        .expectError(WriteOutsideTransactionException.class)
                        .verify(ServerFixture.PATIENCE);
            }
        } finally {
            fixture.run("ALTER DATABASE \"" + database.database() + "\" RESET default_transaction_read_only");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOCK TABLE item",
                "SELECT pg_advisory_xact_lock(1)",
                "SELECT pg_notify('channel', '')",
                "NOTIFY channel",
                "SELECT 1; SELECT 2",
                "SELECT set_config('app.a', 'b', true)",
                "(SELECT 1)",
                "CREATE TEMPORARY TABLE parent (id int) ON COMMIT DROP",
                "DO 'BEGIN NULL; END'"
            })
    void whatIsNotOnePlainStatementMustWaitForBegin(String sql) {
        run(fixture, "SELECT 1").block(ServerFixture.PATIENCE);
        Rule begin = fixture.proxy()
                .hold(FrameMatch.fromServer('C').answering("^BEGIN").nth(1));
        Rule sent = fixture.proxy()
                .watch(FrameMatch.fromClient('Q', 'P').sql("^(?!BEGIN|COMMIT|RESET SESSION|SELECT pg_is_in)"));
        StepVerifier.create(fixture.sessions()
                        .withTransaction((Session session) -> session.sql(sql).execute()))
                .then(() -> {
                    begin.awaitHit(ServerFixture.PATIENCE);
                    assertThat(sent.hits()).isZero();
                    begin.remove();
                })
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertThat(sent.hits()).isEqualTo(1);
    }
}
