package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.Driver.failure;
import static org.reactivesessions.postgres.Driver.run;

import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.postgresql.api.PostgresqlException;
import io.r2dbc.spi.R2dbcException;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.Session;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Mono;

/**
 * A statement that was prepared before its table was changed, or whose preparation is gone. The driver sends it once more
 * without telling; in a transaction, which has failed by then, all that is heard is 25P02.
 */
@ExtendWith(PostgresExtension.class)
class StalePlanIT {

    private static final String READ = "SELECT * FROM changing WHERE id = $1";
    private static final String CHANGE = "ALTER TABLE changing ADD more int";
    private static final String FORGET = "DEALLOCATE ALL";

    private final ServerFixture fixture;
    private final Driver driver;
    private final PostgresqlConnection connection;

    StalePlanIT(TestDatabase database) {
        fixture = ServerFixture.on(database);
        driver = new Driver(database);
        connection = driver.open();
    }

    @BeforeEach
    void createTable() {
        fixture.run("DROP TABLE IF EXISTS changing");
        fixture.run("CREATE TABLE changing AS SELECT 1 AS id");
    }

    @AfterEach
    void leaveNothingBehind() {
        driver.close();
        fixture.close();
    }

    private static FailureClass active(Throwable error) {
        return new PostgresDialect().classify(LifePhase.ACTIVE, error);
    }

    private static String state(Throwable error) {
        assertThat(error).isInstanceOf(R2dbcException.class);
        return String.valueOf(((R2dbcException) error).getSqlState());
    }

    private Mono<Void> read() {
        return Driver.read(connection.createStatement(READ).bind("$1", 1));
    }

    private void readTwice() {
        for (int i = 0; i < 2; i++) {
            read().block(ServerFixture.PATIENCE);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {CHANGE, FORGET})
    void outsideATransactionItMustNotBeHeardOf(String sql) {
        readTwice();
        run(connection, sql);

        read().block(ServerFixture.PATIENCE);
    }

    @ParameterizedTest
    @ValueSource(strings = {CHANGE, FORGET})
    void asTheFirstErrorOfATransactionItMustBeKnownByItsSecondAnswer(String sql) {
        readTwice();
        run(connection, sql, "BEGIN");
        Throwable error = failure(read());

        assertThat(state(error)).isEqualTo("25P02");
        assertThat(active(error)).isEqualTo(FailureClass.STALE_PLAN);

        run(connection, "ROLLBACK", "BEGIN");
        read().block(ServerFixture.PATIENCE);
        run(connection, "ROLLBACK");
    }

    /** What the server says itself; the text is that of its language, the routine is not. */
    @Test
    void whoPreparesByHimselfMustHearItAtOnce() {
        run(connection, "PREPARE by_hand AS SELECT * FROM changing", "EXECUTE by_hand", CHANGE);
        Throwable error = failure(connection, "EXECUTE by_hand");

        assertThat(state(error)).isEqualTo("0A000");
        assertThat(((PostgresqlException) error).getErrorDetails().getRoutine()).contains("RevalidateCachedQuery");
        assertThat(active(error)).isEqualTo(FailureClass.STALE_PLAN);

        run(connection, "DEALLOCATE by_hand");
        assertThat(active(failure(connection, "EXECUTE by_hand"))).isEqualTo(FailureClass.STALE_PLAN);
    }

    /** The next transaction of the same connection prepares anew, so to run it again is enough. */
    @Test
    void aTransactionOfThisLibraryMustHearItOnceAndSucceedWhenItIsRunAgain() {
        Function<Session, Mono<Integer>> reading =
                session -> session.sql(READ, 1).one(row -> row.get("id", Integer.class));
        for (int i = 0; i < 2; i++) {
            assertThat(transaction(reading).block(ServerFixture.PATIENCE)).isEqualTo(1);
        }
        fixture.run(CHANGE);
        Throwable error = failure(transaction(reading));

        assertThat(state(error)).isEqualTo("25P02");
        assertThat(active(error)).isEqualTo(FailureClass.STALE_PLAN);
        assertThat(transaction(reading).block(ServerFixture.PATIENCE)).isEqualTo(1);
    }

    private <T> Mono<T> transaction(Function<Session, Mono<T>> function) {
        return fixture.sessions().withTransaction(function);
    }
}
