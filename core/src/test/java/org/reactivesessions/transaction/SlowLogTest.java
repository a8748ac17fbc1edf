package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.rows;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.observation.LogOptions;
import org.reactivesessions.scripted.Logs;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Who is slow is named at his end. */
class SlowLogTest {

    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final Duration LESS = LIMIT.minusMillis(1);

    @RegisterExtension
    final Stage stage = new Stage();

    private final Logs logs = Logs.listen();

    @AfterEach
    void stopRecording() {
        logs.close();
    }

    private List<String> slow() {
        assertThat(logs.of("slow")).allMatch(event -> event.getLevel() == Level.WARN);
        return logs.of("slow").stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private void update(String sql, Duration takes) {
        stage.database().hold(sql);
        stage.run(connection -> Stage.update(connection, sql));
        stage.pass(takes);
        stage.database().last(sql).complete();
    }

    @Test
    void whoIsJustFastEnoughMustNotBeNamed() {
        update("UPDATE", LESS);

        assertThat(slow()).isEmpty();
    }

    @Test
    void aSlowStatementAndItsTransactionMustBeOneLineEach() {
        update("UPDATE", LIMIT);

        assertThat(slow())
                .containsExactly(
                        "transfer: slow statement, took 2000 ms: UPDATE",
                        "transfer: slow transaction, took 2000 ms: 0 ms for a connection, 0 ms for BEGIN, 2000 ms in its"
                                + " function, 0 ms for its end; COMMITTED; 1 statement; the slowest took 2000 ms: UPDATE; the"
                                + " last took 2000 ms: UPDATE");
        assertThat(Logs.value(logs.of("slow").get(1), "active_ms")).isEqualTo(2_000L);
        assertThat(Logs.value(logs.of("slow").get(1), "slowest_sql")).isEqualTo("UPDATE");
    }

    @Test
    void aSlowFunctionMustNameItsSlowestAndItsLastStatement() {
        stage.database().hold("LONG").hold("SHORT");
        Sinks.One<Long> end = Sinks.one();
        stage.run(connection -> Stage.update(connection, "LONG")
                .then(Stage.update(connection, "SHORT"))
                .then(end.asMono()));
        stage.pass(Duration.ofMillis(900));
        stage.database().last("LONG").complete();
        stage.pass(Duration.ofMillis(100));
        stage.database().last("SHORT").complete();
        stage.pass(LIMIT);
        end.tryEmitEmpty();

        assertThat(slow())
                .singleElement()
                .asString()
                .contains("took 3000 ms", "the slowest took 900 ms: LONG", "the last took 100 ms: SHORT");
    }

    @Test
    void aSlowStatementThatIsCancelledMustBeNamed() {
        stage.database().hold("UPDATE");
        TestSubscriber<Long> subscriber = stage.run(connection -> Stage.update(connection, "UPDATE"));
        stage.pass(LIMIT);
        subscriber.cancel();
        stage.database().last("UPDATE").complete();

        assertThat(slow()).first().asString().isEqualTo("transfer: slow statement, took 2000 ms: UPDATE");
    }

    @Test
    void rowsMustCountUntilTheLastOneIsTaken() {
        stage.database().rows("SELECT", "a", "b");
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(1).build();
        stage.flux(connection -> rows(connection, "SELECT")).subscribe(subscriber);
        stage.pass(LIMIT);
        subscriber.request(5);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(slow()).first().asString().isEqualTo("stream: slow statement, took 2000 ms: SELECT");
    }

    @Test
    void aLongTextMustBeCutAndAPasswordLeftOut() {
        SlowLog log = new SlowLog(LogOptions.defaults());
        log.statement("setup", "ALTER ROLE app PASSWORD 'it''s a secret' LOGIN", LIMIT.toNanos());
        log.statement("setup", "x".repeat(5_000), LIMIT.toNanos());

        assertThat(slow().get(0)).endsWith("ALTER ROLE app PASSWORD '***' LOGIN");
        assertThat(slow().get(1)).endsWith("… (4000 more characters)").hasSizeLessThan(1_200);
    }

    @Test
    void aPasswordThatIsCutOffMustBeLeftOut() {
        assertThat(LoggedText.shortened("CREATE USER app " + " ".repeat(970) + "PASSWORD 'secret-secret-secret'"))
                .contains("PASSWORD '***'")
                .doesNotContain("secret");
    }

    @Test
    void nobodyMustBeTimedIfNobodyIsSlow() {
        assertThat(new SlowLog(LogOptions.defaults().noSlowStatements().noSlowTransactions()).timesStatements())
                .isFalse();
        assertThat(new SlowLog(LogOptions.defaults().noSlowStatements()).timesStatements())
                .as("a slow transaction names its statements")
                .isTrue();
        assertThat(new SlowLog(LogOptions.defaults().slowStatement(Duration.ofSeconds(Long.MAX_VALUE)))
                        .statementAfter())
                .isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void aSlowAttemptThatIsRunAgainMustBeOneLine() {
        stage.database().hold("UPDATE");
        Stage.subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults().named("transfer").retry(Retried.RETRY.maxAttempts(2)),
                        connection -> Stage.update(connection, "UPDATE").then(Mono.just(1L))));
        stage.pass(LIMIT);
        stage.database().last("UPDATE").fail(new R2dbcRollbackException("conflict", "40001"));
        stage.pass(Retried.ENOUGH);
        stage.database().last("UPDATE").complete();

        assertThat(slow().stream().filter(line -> line.contains("slow transaction")))
                .singleElement()
                .asString()
                .contains("in 2 attempts, of which the last: ", "COMMITTED");
    }
}
