package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.StandardDialect;
import org.reactivesessions.error.IntegrityViolationException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.RollbackRequestedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.LogEvent;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.scripted.Logs;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** What the life of a transaction leaves in the log. */
class TransactionLogTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final Logs logs = Logs.listen();

    @AfterEach
    void stopRecording() {
        logs.close();
    }

    private List<String> said() {
        return logs.of("transaction").stream()
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    private ILoggingEvent only(LogEvent kind) {
        return logs.of("transaction").stream()
                .filter(event -> Logs.value(event, "event") == kind)
                .reduce((one, other) -> {
                    throw new AssertionError("twice: " + one + ", " + other);
                })
                .orElseThrow(() -> new AssertionError("no " + kind + " in " + logs.lines()));
    }

    @Test
    void aCommitMustBeThreeLinesInTheirOrderAtDebug() {
        stage.database().hold("UPDATE");
        stage.run(connection -> update(connection, "UPDATE"));
        stage.pass(Duration.ofMillis(40));
        stage.database().last("UPDATE").complete();

        assertThat(said())
                .containsExactly(
                        "DEBUG transfer: begun (attempt 1), after 0 ms for a connection; backend unknown",
                        "DEBUG transfer: committed, after 40 ms (attempt 1, 1 statement)",
                        "DEBUG transfer: its connection is back after 40 ms");
        assertThat(logs.of("transaction"))
                .allSatisfy(
                        event -> assertThat(Logs.value(event, "transaction")).isEqualTo("transfer"));
    }

    @Test
    void anErrorMustSayNameAttemptPhaseAgeStateAndCauseAtError() {
        R2dbcBadGrammarException wrong = new R2dbcBadGrammarException("no such table", "42P01");
        stage.database().hold("UPDATE");
        stage.run(connection -> update(connection, "UPDATE"));
        stage.pass(Duration.ofMillis(7));
        stage.database().last("UPDATE").fail(wrong);

        ILoggingEvent event = only(LogEvent.FAILURE);
        assertThat(event.getLevel()).isEqualTo(Level.ERROR);
        assertThat(event.getFormattedMessage())
                .isEqualTo("transfer: rolled back because of an error in ACTIVE, after 7 ms (attempt 1, 1 statement);"
                        + " SQLSTATE 42P01: no such table");
        assertThat(Logs.cause(event)).isSameAs(wrong);
        assertThat(Logs.value(event, "transaction")).isEqualTo("transfer");
        assertThat(Logs.value(event, "attempt")).isEqualTo(1);
        assertThat(Logs.value(event, "phase")).isEqualTo(LifePhase.ACTIVE);
        assertThat(Logs.value(event, "age_ms")).isEqualTo(7L);
        assertThat(Logs.value(event, "sqlstate")).isEqualTo("42P01");
        assertThat(Logs.value(event, "outcome")).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void aRollbackTheFunctionAskedForMustBeNoFailure() {
        RollbackRequestedException wish = new RollbackRequestedException("only a rehearsal");
        TestSubscriber<Long> subscriber =
                stage.run(connection -> update(connection, "UPDATE").flatMap(rows -> Mono.<Long>error(wish)));

        assertThat(subscriber.expectTerminalError()).isSameAs(wish);
        ILoggingEvent event = only(LogEvent.ROLLBACK);
        assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
        assertThat(event.getFormattedMessage())
                .isEqualTo("transfer: rolled back as its function has asked, after 0 ms (attempt 1, 1 statement):"
                        + " only a rehearsal");
        assertThat(Logs.value(event, "outcome")).isEqualTo(TransactionOutcome.ROLLED_BACK);
        only(LogEvent.RELEASE);
        assertThat(said()).noneMatch(line -> line.startsWith("ERROR"));
    }

    @Test
    void theStateOfACauseMustBeFound() {
        stage.run(connection ->
                Mono.error(new IllegalStateException("no", new R2dbcBadGrammarException("no such table", "42P01"))));

        assertThat(Logs.value(only(LogEvent.FAILURE), "sqlstate")).isEqualTo("42P01");
    }

    @Test
    void aCancelMustBeSaidAtDebug() {
        TestSubscriber<Long> subscriber = stage.run(connection -> Mono.never());
        subscriber.cancel();

        ILoggingEvent event = only(LogEvent.CANCEL);
        assertThat(event.getLevel()).isEqualTo(Level.DEBUG);
        assertThat(event.getFormattedMessage())
                .startsWith("transfer: cancelled by its subscriber in ACTIVE, rolled back");
        only(LogEvent.RELEASE);
    }

    @Test
    void aViolationMustNameTheConstraint() {
        IntegrityViolationException violation = new IntegrityViolationException(
                "transfer",
                "account_positive",
                "account",
                null,
                new R2dbcDataIntegrityViolationException("violates check constraint", "23514"));
        stage.run(connection -> Mono.error(violation));

        ILoggingEvent event = only(LogEvent.FAILURE);
        assertThat(event.getFormattedMessage())
                .contains("SQLSTATE 23514; constraint \"account_positive\"; table \"account\"")
                .contains("(help: troubleshooting.md#integrity)");
        assertThat(Logs.value(event, "constraint")).isEqualTo("account_positive");
        assertThat(Logs.value(event, "table")).isEqualTo("account");
        assertThat(Logs.value(event, "column")).isNull();
    }

    @Test
    void whatIsInDoubtMustBeAnError() {
        stage.database().hold("COMMIT");
        stage.run(connection -> update(connection, "UPDATE"));
        stage.database().last("COMMIT").fail(new R2dbcNonTransientResourceException("reset"));

        ILoggingEvent event = only(LogEvent.IN_DOUBT);
        assertThat(event.getLevel()).isEqualTo(Level.ERROR);
        assertThat(event.getFormattedMessage())
                .contains("nobody knows whether it has committed")
                .doesNotContain("subscriber has left");
        assertThat(logs.of("transaction"))
                .as("a connection that is destroyed is not back")
                .noneMatch(line -> Logs.value(line, "event") == LogEvent.RELEASE);
    }

    @Test
    void anAttemptThatIsRepeatedMustBeNoErrorAndTheLastOneSayTheAgeOfAll() {
        stage.database().fails("UPDATE", () -> new R2dbcRollbackException("conflict", "40001"));
        subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults().named("transfer").retry(Retried.RETRY.maxAttempts(2)),
                        connection -> update(connection, "UPDATE")));
        stage.pass(Retried.ENOUGH);

        assertThat(only(LogEvent.REPEAT).getLevel()).isEqualTo(Level.DEBUG);
        ILoggingEvent end = only(LogEvent.FAILURE);
        assertThat(Logs.value(end, "attempt")).isEqualTo(2);
        assertThat((Long) Logs.value(end, "age_ms")).as("the pause included").isPositive();
    }

    @Test
    void levelsMustBeAsTheyAreSetAndSilenceBeSilence() {
        TransactionLog log = new TransactionLog(
                LogOptions.defaults()
                        .level(LogEvent.BEGIN, org.slf4j.event.Level.INFO)
                        .silent(LogEvent.REPEAT),
                new StandardDialect());
        log.begun("transfer", 1, new PhaseTimes(null, () -> 0), 42L);
        log.repeating("transfer", 2, Duration.ZERO, TransactionOutcome.ROLLED_BACK, new IllegalStateException("no"));

        assertThat(said()).containsExactly("INFO transfer: begun (attempt 1), after 0 ms for a connection; backend 42");
    }
}
