package org.reactivesessions.postgres.kit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.R2dbcException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.fault.CancelAt;
import org.reactivesessions.testkit.fault.Faults;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.sessions.SessionFaults;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** The testkit's faults, and what sessions make of them. */
@ExtendWith(PostgresExtension.class)
class FaultsIT {

    private final TestDatabase database;
    private final ServerFixture fixture;
    private final ReactiveSessions sessions;
    private final Faults faults;

    FaultsIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.on(database);
        this.sessions = fixture.sessions();
        this.faults = Faults.in(database);
    }

    @BeforeEach
    void createTables() {
        fixture.run(
                "CREATE TABLE IF NOT EXISTS item (id INT); CREATE TABLE IF NOT EXISTS \"Other Item\" (id INT); TRUNCATE item");
    }

    @AfterEach
    void close() {
        faults.close();
        fixture.close();
    }

    private Mono<Long> insert(TransactionOptions options) {
        return sessions.withTransaction(
                options,
                session -> session.sql("INSERT INTO item VALUES (1), (2)").rowsUpdated());
    }

    private static Long run(Mono<Long> work) {
        return work.blockOptional(ServerFixture.PATIENCE).orElseThrow();
    }

    @Test
    void exactlyTheNextCommitsMustFail() {
        faults.failNextCommits(2, "40001");
        for (int commit = 1; commit <= 2; commit++) {
            assertThatThrownBy(() -> run(insert(TransactionOptions.defaults())))
                    .isInstanceOfSatisfying(
                            R2dbcException.class,
                            error -> assertThat(error.getSqlState()).isEqualTo("40001"));
            assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        }
        assertThat(fixture.number("SELECT count(*) FROM item")).isZero();

        assertThat(run(insert(TransactionOptions.defaults()))).isEqualTo(2);
        assertThat(fixture.number("SELECT count(*) FROM item")).isEqualTo(2);
    }

    @Test
    void aTransactionThatIsRunAgainMustSurviveThem() {
        faults.failNextCommits(2, "40001");

        assertThat(run(insert(TransactionOptions.defaults().retry(TransactionRetry.defaults()))))
                .isEqualTo(2);
        assertThat(fixture.repeats()).hasSize(2);
        assertThat(fixture.number("SELECT count(*) FROM item")).isEqualTo(2);
    }

    @Test
    void aSecondCallMustTakeThePlaceOfTheFirst() {
        faults.failNextCommits(100, "40001");
        faults.failNextCommits(1, "23514");

        assertThatThrownBy(() -> run(insert(TransactionOptions.defaults()))).hasMessageContaining("made to fail");
        assertThat(run(insert(TransactionOptions.defaults()))).isEqualTo(2);
    }

    @Test
    void whoIsClosedMustLeaveNothing() {
        faults.failNextCommits(5, "40001");
        faults.close();

        assertThat(run(insert(TransactionOptions.defaults()))).isEqualTo(2);
        assertThat(fixture.number("SELECT count(*) FROM pg_trigger WHERE tgname = 'rs_faults'"))
                .isZero();
    }

    @ParameterizedTest
    @CsvSource({
        "0, 40001, commits must be >= 1",
        "1, 4000, sqlState must be",
        "1, 00000, sqlState must be",
        "1, a0001, sqlState must be"
    })
    void nonsenseMustBeRefused(int commits, String sqlState, String message) {
        assertThatThrownBy(() -> faults.failNextCommits(commits, sqlState))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message);
    }

    @Test
    void aDatabaseWithoutATableMustBeRefused() {
        fixture.run("DROP TABLE item, \"Other Item\"");
        assertThatThrownBy(() -> faults.failNextCommits(1, "40001"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("Create the tables first");
    }

    @Test
    void anApplicationsSessionsMustBeEndedByItsName() {
        run(insert(TransactionOptions.defaults()));
        String name = ServerCensus.of(database).sessions().get(0).applicationName();
        int there = ServerCensus.of(database).sessions().size();

        assertThat(faults.killBackends(name)).isEqualTo(there);
        assertThat(ServerCensus.of(database).sessions()).isEmpty();
        assertThatThrownBy(() -> faults.killBackends("nobody's"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("no session of the application \"nobody's\"");
        assertThatThrownBy(() -> faults.killBackend(1)).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aSessionMustBeEndedByTheNameOfItsTransaction() {
        Sinks.Empty<Void> inside = Sinks.empty();
        Sinks.Empty<Void> ended = Sinks.empty();
        Mono<Long> transfer = sessions.withTransaction(
                TransactionOptions.defaults().named("transfer"),
                session -> session.sql("INSERT INTO item VALUES (1)")
                        .rowsUpdated()
                        .doOnNext(rows -> inside.tryEmitEmpty())
                        .then(ended.asMono())
                        .then(session.sql("INSERT INTO item VALUES (2)").rowsUpdated()));
        StepVerifier.create(transfer)
                .then(() -> {
                    inside.asMono().block(ServerFixture.PATIENCE);
                    assertThatThrownBy(() -> SessionFaults.killBackend(faults, sessions, "report"))
                            .isInstanceOf(IllegalStateException.class)
                            .hasMessageContaining("nobody named \"report\" has a connection; under way are [transfer]");
                    assertThat(SessionFaults.killBackend(faults, sessions, "transfer"))
                            .isEqualTo(1);
                    ended.tryEmitEmpty();
                })
                .expectError()
                .verify(ServerFixture.PATIENCE);

        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
        assertThat(fixture.number("SELECT count(*) FROM item")).isZero();
    }

    @Test
    void aTransferMustBeWholeOrNothingWhicheverStepIsCancelled() {
        int step = 0;
        boolean cancelled = true;
        while (cancelled) {
            fixture.run("TRUNCATE item");
            CancelAt cancel = CancelAt.step(++step);
            cancel.during(sessions.withTransaction(session -> cancel.watch(
                                    session.sql("INSERT INTO item VALUES (1)").rowsUpdated())
                            .then(cancel.watch(
                                    session.sql("INSERT INTO item VALUES (2)").rowsUpdated()))))
                    .then()
                    .block(ServerFixture.PATIENCE);
            fixture.quiesce();
            cancelled = cancel.isCancelled();
            assertThat(fixture.number("SELECT count(*) FROM item"))
                    .as("cancelled at step %d", step)
                    .isEqualTo(cancelled ? 0 : 2);
        }
        assertThat(step)
                .as("subscription, element and end of each statement, and one more")
                .isEqualTo(7);
        assertThatThrownBy(() -> CancelAt.step(0)).hasMessageContaining("step must be >= 1, but was 0");
    }
}
