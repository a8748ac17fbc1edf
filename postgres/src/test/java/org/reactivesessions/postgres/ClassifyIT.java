package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.Driver.failing;
import static org.reactivesessions.postgres.Driver.failure;
import static org.reactivesessions.postgres.Driver.run;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Publisher;

/** The errors themselves, of a real server through the driver, and what each says. */
@ExtendWith(PostgresExtension.class)
class ClassifyIT {

    private static final PostgresDialect DIALECT = new PostgresDialect();

    private final ServerFixture fixture;
    private final Driver driver;
    private final PostgresqlConnection first;
    private final PostgresqlConnection second;

    ClassifyIT(TestDatabase database) {
        fixture = ServerFixture.on(database);
        driver = new Driver(database);
        first = driver.open();
        second = driver.open();
    }

    @BeforeEach
    void createTables() {
        run(
                first,
                "DROP TABLE IF EXISTS item, booking",
                "CREATE TABLE item (id int PRIMARY KEY, stock int)",
                "INSERT INTO item VALUES (1, 1), (2, 1)",
                "CREATE TABLE booking (during int4range, EXCLUDE USING gist (during WITH &&))",
                "INSERT INTO booking VALUES ('[1,5)')");
    }

    @AfterEach
    void leaveNothingBehind() {
        driver.close();
        fixture.close();
    }

    /** Every error here is the driver's, and is to have this SQLSTATE and to say this. */
    private static void assertSays(String state, FailureClass expected, LifePhase phase, Throwable error) {
        assertThat(error).isInstanceOf(R2dbcException.class);
        assertThat(((R2dbcException) error).getSqlState()).as(error.toString()).isEqualTo(state);
        assertThat(DIALECT.classify(phase, error)).as(error.toString()).isEqualTo(expected);
    }

    private static void assertActive(String state, FailureClass expected, Throwable error) {
        assertSays(state, expected, LifePhase.ACTIVE, error);
    }

    private static void assertConnecting(String state, FailureClass expected, Throwable error) {
        assertSays(state, expected, LifePhase.ACQUIRING, error);
    }

    private void await(String query) {
        long end = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        while (fixture.number(query) == 0) {
            assertThat(System.nanoTime()).as("waited in vain: " + query).isLessThan(end);
        }
    }

    /** The names are those of the appendix, which PL/pgSQL knows. As an ERROR of a statement none of them is an outage. */
    @ParameterizedTest
    @EnumSource
    void everyNameMustBeTheServersOwn(SqlState state) {
        Throwable raised = failure(first, "DO 'BEGIN RAISE " + state.name().toLowerCase(Locale.ROOT) + "; END'");

        assertThat(((R2dbcException) raised).getSqlState()).startsWith(state.code());
        assertThat(DIALECT.classify(LifePhase.ACTIVE, raised)).isNotEqualTo(FailureClass.OUTAGE);
    }

    // ---------------------------------------------------------------- a concurrent transaction

    /** Each reads what the other writes, so one of them must lose, and hears so at COMMIT. */
    @Test
    void writeSkewMustBeASerializationFailure() {
        for (PostgresqlConnection each : List.of(first, second)) {
            run(each, "BEGIN ISOLATION LEVEL SERIALIZABLE", "SELECT sum(stock) FROM item");
        }
        run(first, "UPDATE item SET stock = 0 WHERE id = 1");
        run(second, "UPDATE item SET stock = 0 WHERE id = 2");
        run(first, "COMMIT");
        Throwable lost = failure(second.commitTransaction());

        assertSays("40001", FailureClass.SERIALIZATION, LifePhase.COMMITTING, lost);
        assertThat(DIALECT.commitAnswer(lost)).isEqualTo(CommitAnswer.REFUSED);
    }

    @Test
    void aSnapshotThatIsTooOldMustBeASerializationFailure() {
        run(second, "BEGIN ISOLATION LEVEL REPEATABLE READ", "SELECT stock FROM item");
        run(first, "UPDATE item SET stock = 0");

        assertActive("40001", FailureClass.SERIALIZATION, failure(second, "UPDATE item SET stock = 2"));
    }

    @Test
    void whoIsChosenToEndADeadlockMustHearSo() {
        int waiting = Driver.pid(second);
        run(first, "SET deadlock_timeout = '10ms'", "BEGIN", "UPDATE item SET stock = 0 WHERE id = 1");
        run(second, "SET deadlock_timeout = '1h'", "BEGIN", "UPDATE item SET stock = 0 WHERE id = 2");
        CompletableFuture<Throwable> patient = failing(second, "UPDATE item SET stock = 0 WHERE id = 1");
        await("SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = " + waiting);

        assertActive("40P01", FailureClass.DEADLOCK, failure(first, "UPDATE item SET stock = 0 WHERE id = 2"));
        run(first, "ROLLBACK");
        assertThat(patient.join()).hasMessage(Driver.SUCCEEDED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"SELECT FROM item WHERE id = 1 FOR UPDATE NOWAIT", "UPDATE item SET stock = 9"})
    void aLockThatIsNotToBeHadMustBeALockTimeout(String sql) {
        run(first, "BEGIN", "UPDATE item SET stock = 0 WHERE id = 1");
        run(second, "SET lock_timeout = '10ms'", "BEGIN");

        assertActive("55P03", FailureClass.LOCK_TIMEOUT, failure(second, sql));
    }

    // ---------------------------------------------------------------- a statement

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "23505 | DUPLICATE | INSERT INTO item VALUES (1, 1)",
                "23P01 | DUPLICATE | INSERT INTO booking VALUES ('[4,9)')",
                "25006 | READ_ONLY | BEGIN READ ONLY; INSERT INTO item VALUES (3, 1)",
                "26000 | STALE_PLAN | EXECUTE nothing_prepared",
                "0A000 | OTHER | SELECT stock FROM item GROUP BY stock FOR UPDATE",
                "57014 | OTHER | SET statement_timeout = '10ms'; SELECT pg_sleep(30)",
                "21000 | OTHER | SELECT (SELECT id FROM item)",
                "22012 | OTHER | SELECT 1 / 0",
                "23502 | OTHER | INSERT INTO item VALUES (NULL, 1)",
                "42P01 | OTHER | SELECT FROM no_such_table",
                "08006 | OTHER | DO 'BEGIN RAISE connection_failure; END'",
                "08P01 | OTHER | DO 'BEGIN RAISE protocol_violation; END'",
            })
    void anErrorOfAStatementMustSayWhatItIs(String state, FailureClass expected, String sql) {
        assertActive(state, expected, failure(first, sql));
    }

    // ---------------------------------------------------------------- a connection

    @Test
    void aConnectionThatIsTerminatedUnderAStatementMustBeAnOutage() {
        int victim = Driver.pid(first);
        CompletableFuture<Throwable> sleeping = failing(first, "SELECT pg_sleep(30)");
        await("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = " + victim);
        run(second, "SELECT pg_terminate_backend(" + victim + ")");

        assertActive("57P01", FailureClass.OUTAGE, sleeping.join());
    }

    /** The next statement finds the connection closed, unless it is sent before the end of the connection is seen. */
    @Test
    void aConnectionThatIsTerminatedBetweenStatementsMustBeAnOutage() {
        int victim = Driver.pid(first);
        run(first, "BEGIN");
        run(second, "SELECT pg_terminate_backend(" + victim + ", 30000)");

        Throwable error = failure(first, "SELECT 1");
        assertThat(((R2dbcException) error).getSqlState()).isIn("08006", "57P01");
        assertThat(DIALECT.classify(LifePhase.ACTIVE, error)).isEqualTo(FailureClass.OUTAGE);
    }

    /** The driver keeps the error of COMMIT until ReadyForQuery, which does not come, so the server's last words are lost. */
    @Test
    void aCommitThatIsTerminatedMustLeaveItsAnswerUnknown() {
        Throwable ended = terminated(first.commitTransaction());

        assertSays("08006", FailureClass.OUTAGE, LifePhase.COMMITTING, ended);
        assertThat(DIALECT.commitAnswer(ended)).isEqualTo(CommitAnswer.UNKNOWN);
    }

    @Test
    void aCommitThatIsTerminatedAndWasSentAsAStatementMustSayThatTheServerHasEndedIt() {
        Throwable ended = terminated(Driver.send(first, "COMMIT"));

        assertSays("57P01", FailureClass.OUTAGE, LifePhase.COMMITTING, ended);
        assertThat(DIALECT.commitAnswer(ended)).isEqualTo(CommitAnswer.ENDED);
    }

    private Throwable terminated(Publisher<Void> commit) {
        int victim = Driver.pid(first);
        run(
                first,
                "CREATE OR REPLACE FUNCTION slowly() RETURNS trigger LANGUAGE plpgsql"
                        + " AS 'BEGIN PERFORM pg_sleep(30); RETURN NULL; END'",
                "CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON item DEFERRABLE INITIALLY DEFERRED"
                        + " FOR EACH ROW EXECUTE FUNCTION slowly()",
                "BEGIN",
                "INSERT INTO item VALUES (3, 1)");
        CompletableFuture<Throwable> committing = failing(commit);
        await("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND pid = " + victim);
        run(second, "SELECT pg_terminate_backend(" + victim + ")");
        return committing.join();
    }

    // ---------------------------------------------------------------- while connecting

    @Test
    void aConnectionThatIsRefusedForGoodMustBeARefusal() {
        Secrets.know("classify-password");
        run(
                first,
                "DROP ROLE IF EXISTS outsider, crowd",
                "CREATE ROLE outsider NOLOGIN PASSWORD 'classify-password'",
                "CREATE ROLE crowd LOGIN CONNECTION LIMIT 0 PASSWORD 'classify-password'");

        assertConnecting("3D000", FailureClass.REFUSAL, driver.refusal(to -> to.database("no_such_database")));
        assertConnecting("28P01", FailureClass.REFUSAL, driver.refusal(to -> to.password("wrong")));
        assertConnecting(
                "28000",
                FailureClass.REFUSAL,
                driver.refusal(to -> to.username("outsider").password("classify-password")));
        assertConnecting(
                "53300",
                FailureClass.OUTAGE,
                driver.refusal(to -> to.username("crowd").password("classify-password")));
        run(first, "DROP ROLE outsider, crowd");
    }

    /** The driver gives it a state, as if a connection had been lost. */
    @Test
    void nobodyAtThePortMustBeAnOutage() {
        assertConnecting("08003", FailureClass.OUTAGE, driver.refusal(to -> to.port(1)));
    }
}
