package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.reactivesessions.transaction.Stage.update;

import ch.qos.logback.classic.Level;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.scripted.Logs;
import org.reactivesessions.wire.StatementCall;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.subscriber.TestSubscriber;

/** Who gets nowhere is named. */
class WatchTest {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @RegisterExtension
    final Stage stage = new Stage();

    private final Logs logs = Logs.listen();

    @AfterEach
    void stopRecording() {
        logs.close();
    }

    private List<String> named() {
        return logs.of("leak").stream()
                .filter(event -> event.getLevel() == Level.WARN)
                .map(event -> event.getLevel() + " " + event.getFormattedMessage())
                .toList();
    }

    @Test
    void whoStaysInItsFunctionMustBeNamedOnceAndAgainWhenItIsOver() {
        Sinks.One<Long> end = Sinks.one();
        TestSubscriber<Long> subscriber =
                stage.run(connection -> update(connection, "UPDATE").then(end.asMono()));
        stage.pass(LIMIT.minus(SECOND));
        assertThat(named()).isEmpty();
        stage.pass(LIMIT);
        assertThat(named())
                .singleElement()
                .asString()
                .contains(
                        "transfer: in ACTIVE for 30000 ms, and waits for its function",
                        "1 statement, the last: UPDATE");
        end.tryEmitValue(1L);
        stage.pass(SECOND);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(named())
                .hasSize(2)
                .last()
                .asString()
                .contains("transfer: was named for being in ACTIVE, and has ended now");
    }

    @Test
    void whoWaitsForTheDatabaseMustBeNamedForThat() {
        stage.database().hold("UPDATE");
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, "UPDATE"));
        stage.pass(LIMIT);
        stage.database().last("UPDATE").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(named()).singleElement().asString().contains("waits for the database");
    }

    @Test
    void rowsThatNobodyAsksForMustBeNamed() {
        stage.database().rows("SELECT", "a", "b");
        TestSubscriber<String> subscriber =
                TestSubscriber.builder().initialRequest(0).build();
        stage.flux(connection -> connection.rows(new StatementCall("SELECT", false, statement -> {}), row -> "row"))
                .subscribe(subscriber);
        stage.pass(LIMIT);

        assertThat(named()).singleElement().asString().contains("waits for its subscriber, who asks for no more rows");
        subscriber.request(2);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void whoIsNewMustBeWatchedAfterNobodyWasThere() {
        stage.run(connection -> update(connection, "UPDATE"));
        stage.pass(LIMIT);
        TestSubscriber<Long> subscriber = stage.run(connection -> Mono.never());
        stage.pass(LIMIT.plus(SECOND));
        subscriber.cancel();

        assertThat(named()).hasSize(1);
    }

    @Test
    void nobodyMustBeNamedIfThatIsSwitchedOff() {
        WatchOptions off = WatchOptions.defaults().noWarnings();

        assertThat(off.warns()).isFalse();
        assertThat(off.limit(LifePhase.ACTIVE)).isNull();
    }

    @Test
    void theStackOfTheAssemblyMustBeKeptOfAsManyAsWasAskedFor() {
        assertThat(watch(WatchOptions.testing()).assembly("transfer"))
                .isNotNull()
                .satisfies(assembly -> assertThat(assembly.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(WatchTest.class.getName())));
        assertThat(watch(WatchOptions.defaults()).assembly("transfer")).isNull();
    }

    private Watch watch(WatchOptions options) {
        return new Watch(new Running(), stage.transactions().reports(), options, Schedulers.parallel());
    }

    @Test
    void aLimitOrAShareOutOfItsRangeMustBeRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WatchOptions.defaults().warnAfter(LifePhase.ACTIVE, Duration.ZERO))
                .withMessageContaining("PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WatchOptions.defaults().warnAfter(LifePhase.DONE, SECOND))
                .withMessageContaining("DONE");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> WatchOptions.defaults().stacks(1.5))
                .withMessageContaining("1.5");
    }
}
