package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.scripted.SourceLine;
import org.reactivesessions.wire.GatedConnection;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Who uses a session after its end is counted, and named with where he did and where it ended. */
class LateUseTest {

    @RegisterExtension
    final Stage stage = Stage.pooled(2);

    private final Logs logs = Logs.listen();
    private final List<String> told = new ArrayList<>();
    private final List<Throwable> uses = new ArrayList<>();

    LateUseTest() {
        stage.listener(new SessionListener() {
            @Override
            public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {}

            @Override
            public void usedAfterEnd(String name, Throwable use) {
                told.add(name);
                uses.add(use);
            }
        });
    }

    @AfterEach
    void stopRecording() {
        logs.close();
    }

    private List<ILoggingEvent> lines(Level level) {
        return logs.of("leak").stream()
                .filter(event -> event.getLevel() == level)
                .toList();
    }

    /** The connection of a transaction that has committed. */
    private GatedConnection kept() {
        GatedConnection[] kept = new GatedConnection[1];
        stage.run(connection -> {
            kept[0] = connection;
            return update(connection, "UPDATE");
        });
        return kept[0];
    }

    private static void useLate(Connection connection) {
        assertThatIllegalStateException().isThrownBy(() -> connection.createStatement("LATE"));
    }

    @Test
    void aStatementThatIsCreatedLateMustBeNamedWithItsLine() {
        GatedConnection kept = kept();
        SourceLine[] line = new SourceLine[1];

        IllegalStateException heard =
                catchThrowableOfType(IllegalStateException.class, () -> use(kept, line, SourceLine.here()));

        assertThat(told).containsExactly("transfer");
        assertThat(uses).containsExactly(heard);
        assertThat(lines(Level.WARN)).singleElement().satisfies(warning -> {
            assertThat(warning.getFormattedMessage())
                    .isEqualTo("transfer: its session was used after its end, nothing was sent");
            assertThat(Logs.value(warning, "transaction")).isEqualTo("transfer");
            assertThat(Logs.cause(warning)).isSameAs(heard);
        });
        Objects.requireNonNull(line[0]).mustBeIn(heard);
        assertThat(stage.transactions().statistics().sinceStart().usesAfterEnd())
                .isEqualTo(1);
        assertThat(stage.database().wire()).containsExactly("BEGIN", "UPDATE", "COMMIT");
    }

    private static void use(GatedConnection kept, SourceLine[] line, SourceLine here) {
        line[0] = here;
        kept.createStatement("LATE");
    }

    @Test
    void aStatementThatIsSubscribedLateMustBeNamedWithTheLineOfItsSubscriber() {
        List<Flux<Long>> left = new ArrayList<>();
        stage.run(connection -> {
            left.add(Flux.from(connection.createStatement("LATE").execute())
                    .concatMap(result -> result.getRowsUpdated()));
            return Mono.empty();
        });

        TestSubscriber<Long> late = TestSubscriber.create();
        SourceLine line = subscribed(SourceLine.here(), left.get(0).subscribeWith(late));

        assertThat(late.expectTerminalError())
                .isSameAs(uses.get(0))
                .hasMessageContaining("has ended, nothing was sent");
        line.mustBeIn(uses.get(0));
        assertThat(told).containsExactly("transfer");
    }

    private static SourceLine subscribed(SourceLine line, TestSubscriber<Long> late) {
        assertThat(late.isTerminatedError()).isTrue();
        return line;
    }

    @Test
    void aLateHookMustBeNamed() {
        Scope<?>[] kept = new Scope<?>[1];
        stage.run(connection -> Mono.deferContextual(context -> {
            kept[0] = stage.transactions().outer(context);
            return Mono.empty();
        }));

        assertThat(catchThrowableOfType(IllegalStateException.class, () -> kept[0].afterCommit(Mono::empty)))
                .isSameAs(uses.get(0));
        subscribe(kept[0].nested("step", connection -> Mono.empty()));
        subscribe(kept[0].connectionFactory().create());

        assertThat(told).containsExactly("transfer", "transfer", "transfer");
    }

    @Test
    void aConnectionThatWasClosedMustBeNamed() {
        Connection lent = subscribe(stage.transactions().connectionFactory().create())
                .getReceivedOnNext()
                .get(0);
        subscribe(Flux.from(lent.close()));
        useLate(lent);
        subscribe(Flux.from(lent.beginTransaction()));

        assertThat(told).containsExactly("session", "session");
    }

    @Test
    void whoFailedByItselfMustBeNamedToo() {
        GatedConnection[] kept = new GatedConnection[1];
        stage.run(connection -> {
            kept[0] = connection;
            return Mono.error(new IllegalStateException("mine"));
        });
        useLate(kept[0]);

        assertThat(told).containsExactly("transfer");
    }

    @Test
    void whoWasCutShortMustBeNoWarning() {
        GatedConnection[] kept = new GatedConnection[1];
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            kept[0] = connection;
            return Mono.never();
        });
        subscriber.cancel();
        useLate(kept[0]);

        assertThat(told).isEmpty();
        assertThat(lines(Level.WARN)).isEmpty();
        assertThat(lines(Level.DEBUG))
                .singleElement()
                .extracting(ILoggingEvent::getFormattedMessage)
                .isEqualTo("transfer: came too late, after it was cut short; nothing was sent");
    }

    @Test
    void allMustBeToldAndOneInAMinuteWarnedOf() {
        GatedConnection kept = kept();
        for (int i = 0; i < 5; i++) {
            useLate(kept);
        }
        assertThat(lines(Level.WARN)).hasSize(1);
        assertThat(lines(Level.DEBUG)).hasSize(4);
        stage.pass(Duration.ofMinutes(1));
        useLate(kept);

        assertThat(lines(Level.WARN)).hasSize(2);
        assertThat(told).hasSize(6);
    }

    @Test
    void whoWasNamedOnceMustBeShownWhereItEndedAndWhereItWasAssembled() {
        GatedConnection first = kept();
        useLate(first);
        assertThat(uses.get(0)).hasNoSuppressedExceptions();
        GatedConnection[] kept = new GatedConnection[1];

        SourceLine line = ended(SourceLine.here(), stage.run(c -> Mono.fromRunnable(() -> kept[0] = c)));
        useLate(kept[0]);

        Throwable end = uses.get(1).getSuppressed()[0];
        assertThat(end).hasMessage("it ended here");
        assertThat(end.getCause()).hasMessage("it was assembled here");
        line.mustBeIn(end);
        line.mustBeIn(end.getCause());
    }

    private static SourceLine ended(SourceLine line, TestSubscriber<?> subscriber) {
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        return line;
    }
}
