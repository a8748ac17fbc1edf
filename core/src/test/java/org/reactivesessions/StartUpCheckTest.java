package org.reactivesessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.scripted.NothingDropped;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class StartUpCheckTest {

    private static final Duration DELAY = Duration.ofSeconds(2);

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.create();
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicInteger answered = new AtomicInteger();
    private Mono<Void> question = Mono.error(new DatabaseUnavailableException(
            FailureKind.SATURATED, "verify", "no connection within 250 ms", new IOException("full")));

    private final StartUpCheck check = new StartUpCheck(
            Mono.defer(() -> {
                asked.incrementAndGet();
                return question;
            }),
            Mono.fromRunnable(answered::incrementAndGet),
            clock,
            () -> clock.now(TimeUnit.NANOSECONDS));

    @AfterEach
    void letTheClockGo() {
        clock.dispose();
    }

    private TestSubscriber<Void> run(int attempts, Duration delay) {
        TestSubscriber<Void> subscriber = TestSubscriber.create();
        check.run(attempts, delay).subscribe(subscriber);
        return subscriber;
    }

    @Test
    void anAnswerMustEndItAtOnce() {
        question = Mono.empty();

        assertThat(run(1, DELAY).isTerminatedComplete()).isTrue();
        assertThat(asked).hasValue(1);
        assertThat(answered).hasValue(1);
    }

    @Test
    void itMustAskAgainAfterTheDelayUntilTheDatabaseAnswers() {
        TestSubscriber<Void> subscriber = run(10, DELAY);
        clock.advanceTimeBy(DELAY.minusMillis(1));
        assertThat(asked).hasValue(1);
        clock.advanceTimeBy(Duration.ofMillis(1));
        assertThat(asked).hasValue(2);
        question = Mono.empty();
        clock.advanceTimeBy(DELAY);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(asked).hasValue(3);
    }

    @Test
    void theLastErrorMustSayHowManyOverWhatTimeAndWhy() {
        TestSubscriber<Void> subscriber = run(4, DELAY);
        clock.advanceTimeBy(DELAY.multipliedBy(3));

        assertThat(subscriber.expectTerminalError())
                .isInstanceOfSatisfying(DatabaseUnavailableException.class, error -> {
                    assertThat(error.kind()).isEqualTo(FailureKind.SATURATED);
                    assertThat(error.attempt()).isEqualTo(4);
                })
                .hasMessage(
                        "verify: the database has not answered in 4 attempts over 6000 ms; the last time: verify: no"
                                + " connection within 250 ms: full. Check host, port and database, or raise attempts or delay."
                                + " (help: troubleshooting.md#saturated)")
                .hasCauseInstanceOf(DatabaseUnavailableException.class);
        assertThat(answered).hasValue(0);
    }

    @Test
    void anErrorOfTheQuestionItselfMustBeTriedAgainAndKept() {
        question = Mono.error(new IOException("reset"));

        assertThat(run(3, Duration.ZERO).expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContaining("in 3 attempts over 0 ms; the last time: reset.")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void aRefusalMustNotBeTriedAgain() {
        DatabaseRefusedException refused = new DatabaseRefusedException("verify", "no such user", "28000", null);
        question = Mono.error(refused);

        assertThat(run(10, DELAY).expectTerminalError()).isSameAs(refused);
        assertThat(asked).hasValue(1);
    }

    @Test
    void itMustBeColdAndEndWithItsSubscriber() {
        Mono<Void> verify = check.run(10, DELAY);
        assertThat(asked).hasValue(0);
        TestSubscriber<Void> subscriber = TestSubscriber.create();
        verify.subscribe(subscriber);
        subscriber.cancel();
        clock.advanceTimeBy(DELAY.multipliedBy(10));

        assertThat(asked).hasValue(1);
    }

    @Test
    void whatIsOutOfRangeMustBeRefusedAtOnce() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.run(0, DELAY))
                .withMessage("attempts must be >= 1, but was 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> check.run(1, Duration.ofSeconds(-1)))
                .withMessage("delay must be >= 0 and at most 24 h, but was PT-1S");
        assertThatIllegalArgumentException().isThrownBy(() -> check.run(1, Duration.ofHours(25)));
    }
}
