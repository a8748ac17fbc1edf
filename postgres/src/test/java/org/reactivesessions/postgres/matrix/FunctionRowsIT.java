package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I1;
import static org.reactivesessions.postgres.matrix.Invariant.I2;
import static org.reactivesessions.postgres.matrix.Invariant.I3;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;
import static org.reactivesessions.postgres.matrix.Invariant.I9;

import io.r2dbc.spi.R2dbcException;
import java.time.Duration;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.Session;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.security.SecurityRow;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Mono;

/** Functions that do nothing for too long, never end, or end in ways no function should. */
class FunctionRowsIT extends FaultRows {

    private static final Duration CONTROL = Duration.ofSeconds(2);

    private final String settings =
            fixture().text("SELECT string_agg(name, ' ') FROM pg_settings WHERE name LIKE '%transaction%timeout'");

    FunctionRowsIT(TestDatabase database) {
        super(database, settings -> settings.limits(new TimeLimits(CONTROL, ServerFixture.PATIENCE)));
    }

    @FaultRow(
            value = 30,
            invariants = {I1, I2, I3, I6, I8})
    @ParameterizedTest
    @ValueSource(strings = {"idle_in_transaction_session_timeout", "transaction_timeout"})
    void aTransactionTheServerHasEndedMustNotBeCommitted(String limit) {
        int before = backend();
        Rule commits = proxy().watch(Frames.COMMIT);
        Operation operation = start(
                session -> limited(session, limit).then(untilLost(session)).thenReturn("done"));

        assertThat(operation.await().error())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("the connection was lost before COMMIT was sent");
        mustNotBeCommitted(operation, commits, before);
    }

    @FaultRow(
            value = 30,
            invariants = {I1, I2, I3, I6, I8})
    @ParameterizedTest
    @ValueSource(strings = {"idle_in_transaction_session_timeout", "transaction_timeout"})
    void aStatementAfterTheServerHasEndedTheTransactionMustFail(String limit) {
        int before = backend();
        Rule commits = proxy().watch(Frames.COMMIT);
        Operation operation = start(
                session -> limited(session, limit).then(untilLost(session)).then(takeWhatIsTaken(session)));

        assertThat(operation.await().error())
                .asInstanceOf(InstanceOfAssertFactories.type(R2dbcException.class))
                .extracting(R2dbcException::getSqlState)
                .isEqualTo("08006");
        mustNotBeCommitted(operation, commits, before);
    }

    private Mono<Void> limited(Session session, String limit) {
        return session.sql("SELECT set_config('" + known(limit) + "', '100', true)")
                .execute();
    }

    private void mustNotBeCommitted(Operation operation, Rule commits, int before) {
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().acknowledgedOnlyIfDurable(operation);
        check().nothingDurable(operation);
        assertThat(commits.hits()).as("COMMIT sent").isZero();
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isNotEqualTo(before);
    }

    /** Servers have the second one since 17. */
    private String known(String setting) {
        return settings.contains(setting) ? setting : "idle_in_transaction_session_timeout";
    }

    private void mustHaveRolledBackInTime(Operation operation, Duration limit, int before) {
        check().heardWithin(limit, operation);
        check().placeBackWithin(CONTROL, System.nanoTime());
        check().oneTerminal(operation);
        check().verdict(operation, TransactionOutcome.ROLLED_BACK);
        check().nothingDurable(operation);
        check().poolIsWhole();
        check().nextBorrowerIsClean();
        assertThat(backend()).isEqualTo(before);
    }

    @SecurityRow("S20")
    @FaultRow(
            value = 31,
            invariants = {I2, I3, I5, I6, I8, I9})
    @ParameterizedTest(name = "with a statement running {0}")
    @ValueSource(booleans = {true, false})
    void aFunctionThatNeverEndsMustBeEndedWithItsTime(boolean running) {
        int before = backend();
        Duration limit =
                Duration.ofMillis(450); // the server's own limit for the statement is 500 ms, and is not meant here
        Operation operation = start(DEFAULTS.timeout(limit), session -> running ? sleep(session) : Mono.never());

        mustHaveRolledBackInTime(operation, limit, before);
        assertThat(operation.error()).isInstanceOf(TransactionTimeoutException.class);
    }

    @FaultRow(
            value = 31,
            invariants = {I2, I3, I5, I6, I8, I9})
    @Test
    void aFunctionThatThrowsMustRollBackWithWhatItThrew() {
        int before = backend();
        IllegalStateException mine = new IllegalStateException("mine");
        Operation operation = operation();
        operation.start(operation.bare(DEFAULTS, session -> {
            operation.write(session).subscribe(rows -> {}, refused -> {});
            throw mine;
        }));

        mustHaveRolledBackInTime(operation, CONTROL, before);
        assertThat(operation.error()).isSameAs(mine);
    }

    @FaultRow(
            value = 31,
            invariants = {I2, I3, I5, I6, I8, I9})
    @Test
    void aFunctionThatReturnsNullMustRollBackAndSaySo() {
        int before = backend();
        Operation operation = operation();
        operation.start(operation.bare(DEFAULTS, session -> nothing()));

        mustHaveRolledBackInTime(operation, CONTROL, before);
        assertThat(operation.error()).hasMessageContaining("the function returned null");
    }

    @SuppressWarnings("NullAway") // what a caller without null checks can return
    private static Mono<Object> nothing() {
        return null;
    }
}
