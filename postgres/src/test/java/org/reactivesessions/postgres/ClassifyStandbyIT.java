package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.Driver.failing;
import static org.reactivesessions.postgres.Driver.failure;
import static org.reactivesessions.postgres.Driver.run;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.transaction.TransactionOptions;

/** What only a standby says. */
class ClassifyStandbyIT {

    private static final PostgresDialect DIALECT = new PostgresDialect();

    private static EmbeddedServer primary;
    private static EmbeddedServer standby;

    private Driver ofPrimary;
    private Driver ofStandby;
    private PostgresqlConnection writer;
    private PostgresqlConnection reader;

    @BeforeAll
    static void startServers() {
        primary = EmbeddedServer.start(Map.of("max_standby_streaming_delay", "10ms"));
        standby = primary.startStandby();
    }

    @AfterAll
    static void closeServers() {
        standby.close();
        primary.close();
    }

    @BeforeEach
    void connect() {
        ofPrimary = new Driver(primary);
        ofStandby = new Driver(standby);
        writer = ofPrimary.open();
        reader = ofStandby.open();
    }

    @AfterEach
    void close() {
        ofPrimary.close();
        ofStandby.close();
    }

    private static String severity(Throwable error) {
        assertThat(error).isInstanceOf(PostgresqlException.class);
        return ((PostgresqlException) error).getErrorDetails().getSeverityNonLocalized();
    }

    private static String state(Throwable error) {
        return ((PostgresqlException) error).getErrorDetails().getCode();
    }

    @Test
    void aBeginThatIsToWriteMustBeRefusedAsReadOnly() {
        Throwable refusal = failure(DIALECT.begin(reader, TransactionOptions.defaults()));

        assertThat(state(refusal)).isEqualTo("0A000");
        assertThat(DIALECT.classify(LifePhase.BEGINNING, refusal)).isEqualTo(FailureClass.READ_ONLY);
        assertThat(DIALECT.classify(LifePhase.ACTIVE, refusal)).isEqualTo(FailureClass.OTHER);
    }

    @Test
    void aWriteMustBeRefusedAsReadOnly() {
        Throwable refusal = failure(reader, "CREATE TABLE forbidden ()");

        assertThat(state(refusal)).isEqualTo("25006");
        assertThat(DIALECT.classify(LifePhase.ACTIVE, refusal)).isEqualTo(FailureClass.READ_ONLY);
    }

    @Test
    void aConflictWithRecoveryMustBeASerializationFailure() {
        Throwable conflict = conflict("BEGIN READ ONLY");

        assertThat(state(conflict)).isEqualTo("40001");
        assertThat(severity(conflict)).isEqualTo("ERROR");
        assertThat(DIALECT.classify(LifePhase.ACTIVE, conflict)).isEqualTo(FailureClass.SERIALIZATION);
    }

    /** The server ends the connection where it cannot end the statement: behind a savepoint. */
    @Test
    void aConflictWithRecoveryThatCostsTheConnectionMustBeOneToo() {
        Throwable conflict = conflict("BEGIN READ ONLY; SAVEPOINT inner_scope");

        assertThat(state(conflict)).isEqualTo("40001");
        assertThat(severity(conflict)).isEqualTo("FATAL");
        assertThat(DIALECT.classify(LifePhase.ACTIVE, conflict)).isEqualTo(FailureClass.SERIALIZATION);
        assertThat(DIALECT.classify(LifePhase.ACTIVE, failure(reader, "SELECT 1")))
                .isEqualTo(FailureClass.OUTAGE);
    }

    /**
     * Between two statements the server cannot fail a statement either, so it ends the connection: the next one is told
     * why, unless the driver has seen the end before.
     */
    @Test
    void aConflictWithRecoveryBetweenStatementsMustNotBeTakenForAnErrorOfTheNext() {
        readWhatIsToGo("BEGIN READ ONLY");
        int victim = Driver.pid(reader);
        run(writer, "DROP TABLE passing");
        awaitOnStandby("SELECT NOT EXISTS (SELECT FROM pg_stat_activity WHERE pid = " + victim + ")");

        assertThat(DIALECT.classify(LifePhase.ACTIVE, failure(reader, "SELECT 1")))
                .isIn(FailureClass.SERIALIZATION, FailureClass.OUTAGE);
    }

    /** The error of a statement on the standby that runs while what its transaction has read is dropped on the primary. */
    private Throwable conflict(String begin) {
        readWhatIsToGo(begin);
        int victim = Driver.pid(reader);
        CompletableFuture<Throwable> reading = failing(reader, "SELECT pg_sleep(30)");
        awaitOnStandby("SELECT wait_event = 'PgSleep' FROM pg_stat_activity WHERE pid = " + victim);
        run(writer, "DROP TABLE passing");
        return reading.join();
    }

    private void readWhatIsToGo(String begin) {
        run(writer, "CREATE TABLE passing ()");
        primary.awaitReplay(standby);
        run(reader, begin, "SELECT FROM passing");
    }

    private static void awaitOnStandby(String condition) {
        long end = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        try (Connection watch = standby.openJdbc();
                PreparedStatement statement = watch.prepareStatement(condition)) {
            while (!isTrue(statement)) {
                assertThat(System.nanoTime()).as("waited in vain: " + condition).isLessThan(end);
            }
        } catch (SQLException e) {
            throw new AssertionError(condition, e);
        }
    }

    private static boolean isTrue(PreparedStatement condition) throws SQLException {
        try (ResultSet row = condition.executeQuery()) {
            return row.next() && row.getBoolean(1);
        }
    }
}
