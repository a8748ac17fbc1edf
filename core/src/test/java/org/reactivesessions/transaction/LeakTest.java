package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.observation.WaitsFor;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.SourceLine;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementCall;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/**
 * Whoever gets nowhere is named. With the defaults no stacks are kept until a name was warned of, so that the second warning has
 * the line on which the culprit is.
 */
class LeakTest {

    private static final Duration LONG_ENOUGH = Duration.ofSeconds(31);
    private static final TransactionOptions REPORT =
            TransactionOptions.defaults().named("report");
    private static final StatementCall SELECT = new StatementCall("SELECT", false, statement -> {});

    @RegisterExtension
    final Stage stage = Stage.pooled(4);

    private final Transactions<GatedConnection> all = stage.transactions();
    private final List<ActiveSession> suspected = new CopyOnWriteArrayList<>();
    private final Logs logs = Logs.listen();

    LeakTest() {
        stage.listener(new SessionListener() {
            @Override
            public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {}

            @Override
            public void suspected(ActiveSession session) {
                suspected.add(session);
            }
        });
    }

    @AfterEach
    void stopRecording() {
        logs.close();
    }

    /** A publisher that leaks, and the line on which it was made. */
    private record Leak<T>(SourceLine line, Publisher<T> publisher) {}

    private static <T> Leak<T> leak(SourceLine line, Publisher<T> publisher) {
        return new Leak<>(line, publisher);
    }

    private List<ILoggingEvent> warnings() {
        return logs.of("leak").stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .filter(event -> !event.getFormattedMessage().contains("was named"))
                .toList();
    }

    private static void mustName(ILoggingEvent warning, String name, SourceLine line) {
        assertThat(warning.getFormattedMessage()).startsWith(name + ": in ACTIVE");
        assertThat(Logs.value(warning, "transaction")).isEqualTo(name.replaceAll(" .*", ""));
        line.mustBeIn(Logs.cause(warning));
    }

    private static <T> Mono<T> hang(GatedConnection connection) {
        return Mono.never();
    }

    @Test
    void aFunctionThatHangsMustBeNamedWithItsLine() {
        TestSubscriber<Long> first = subscribe(all.mono(REPORT, LeakTest::<Long>hang));
        stage.pass(LONG_ENOUGH);
        first.cancel();
        assertThat(warnings()).singleElement().satisfies(warning -> {
            assertThat(Logs.cause(warning)).isNull();
            assertThat(warning.getFormattedMessage()).endsWith("; the next of that name will be shown with its stack");
        });

        Leak<Long> leak = leak(SourceLine.here(), all.mono(REPORT, LeakTest::<Long>hang));
        TestSubscriber<Long> second = subscribe(leak.publisher());
        stage.pass(LONG_ENOUGH);
        second.cancel();

        assertThat(warnings()).hasSize(2);
        mustName(warnings().get(1), "report", leak.line());
        assertThat(suspected).extracting(ActiveSession::name).containsExactly("report", "report");
        assertThat(suspected).extracting(ActiveSession::waitsFor).containsOnly(WaitsFor.FUNCTION);
        leak.line().mustBeIn(suspected.get(1).assembly());
        assertThat(all.statistics().sinceStart().suspected()).isEqualTo(2);
    }

    @Test
    void aStreamThatNobodyConsumesMustBeNamedWithItsLine() {
        stage.database().rows("SELECT", "a", "b");
        learn("report");

        Leak<String> leak = leak(SourceLine.here(), all.flux(REPORT, c -> c.rows(SELECT, row -> "row")));
        TestSubscriber<String> nobody =
                TestSubscriber.builder().initialRequest(0).build();
        leak.publisher().subscribe(nobody);
        stage.pass(LONG_ENOUGH);
        nobody.cancel();

        ILoggingEvent warning = warnings().get(warnings().size() - 1);
        mustName(warning, "report", leak.line());
        assertThat(warning.getFormattedMessage()).contains("waits for its subscriber, who asks for no more rows");
    }

    @Test
    void aConnectionThatIsNeverClosedMustBeNamedWithItsLine() {
        learn("session");

        ConnectionFactory lender = all.connectionFactory();
        Leak<Connection> leak = leak(SourceLine.here(), Mono.from(lender.create()));
        Connection lost = Objects.requireNonNull(
                subscribe(leak.publisher()).getReceivedOnNext().get(0));
        stage.pass(LONG_ENOUGH);
        subscribe(Flux.from(lost.close()));

        assertThat(warnings()).hasSize(1);
        mustName(warnings().get(0), "session", leak.line());
        assertThat(warnings().get(0).getFormattedMessage()).contains("for whoever it was lent to");
    }

    @Test
    void aNestedScopeThatHangsMustBeNamedWithItsLine() {
        learn("step");
        SourceLine[] line = new SourceLine[1];

        TestSubscriber<Long> subscriber = subscribe(all.mono(
                REPORT,
                connection -> Mono.deferContextual(context -> {
                    Scope<GatedConnection> scope = Objects.requireNonNull(all.outer(context));
                    Leak<Long> leak = leak(SourceLine.here(), scope.nested("step", LeakTest::<Long>hang));
                    line[0] = leak.line();
                    return Mono.from(leak.publisher());
                })));
        stage.pass(LONG_ENOUGH);
        subscriber.cancel();

        assertThat(warnings()).hasSize(2);
        mustName(warnings().get(1), "step inside report", line[0]);
    }

    @Test
    void whatWasAssembledBeforeMustBeNamedWithTheLineOfItsSubscriber() {
        Mono<Long> early = all.mono(REPORT, LeakTest::<Long>hang);
        learn("report");
        TestSubscriber<Long> subscriber = TestSubscriber.create();

        SourceLine line = subscribed(SourceLine.here(), early.subscribeWith(subscriber));
        stage.pass(LONG_ENOUGH);
        subscriber.cancel();

        assertThat(warnings()).hasSize(1);
        mustName(warnings().get(0), "report", line);
        assertThat(Logs.cause(warnings().get(0))).hasMessageContaining("it was subscribed here");
    }

    private static SourceLine subscribed(SourceLine line, TestSubscriber<Long> subscriber) {
        assertThat(subscriber.isTerminated()).isFalse();
        return line;
    }

    @Test
    void theNamesMustBeBoundedInNumber() {
        for (int i = 0; i < 100; i++) {
            learn("name" + i);
        }
        learn("one too many");

        assertThat(stage.transactions().watch().assembly("name99")).isNotNull();
        assertThat(stage.transactions().watch().assembly("one too many")).isNull();
    }

    @Test
    void whoWasNeverNamedMustNotKeepItsStack() {
        learn("report");
        TestSubscriber<Long> subscriber =
                stage.run(connection -> update(connection, "UPDATE").then(Mono.never()));

        assertThat(all.look())
                .singleElement()
                .extracting(ActiveSession::assembly)
                .isNull();
        subscriber.cancel();
    }

    @Test
    void aListenerThatThrowsMustNotKeepOthersFromBeingNamed() {
        stage.listener(new SessionListener() {
            @Override
            public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {}

            @Override
            public void suspected(ActiveSession session) {
                throw new IllegalStateException("mine");
            }
        });
        TestSubscriber<Long> one = stage.run(LeakTest::<Long>hang);
        TestSubscriber<Long> other = stage.run(LeakTest::<Long>hang);
        stage.pass(LONG_ENOUGH);
        one.cancel();
        other.cancel();

        assertThat(warnings()).hasSize(2);
    }

    private void learn(String name) {
        stage.transactions().watch().learn(name);
    }
}
