package org.reactivesessions.orders.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Who keeps up, and who does not: 5,000 requests in a second, for six seconds. */
class AnsweredTest {

    private static final Duration TIME = Duration.ofSeconds(6);
    private static final long STEP = 200_000;
    private static final long ALL = 30_000;

    private static Answered answered(LongUnaryOperator tookSteps) {
        return new Answered(
                LongStream.range(0, ALL)
                        .mapToObj(number -> new Answered.Request(
                                number * STEP, (number + tookSteps.applyAsLong(number)) * STEP, true))
                        .toList(),
                TIME);
    }

    @Test
    void aSteadyServiceMustKeepUp() {
        Answered steady = answered(number -> 20);

        assertThat(steady.backlog(1)).isCloseTo(20, within(0.1));
        assertThat(steady.millis(0.5)).isEqualTo(4);
        assertThat(steady.keptUp()).isTrue();
    }

    @Test
    void timeThatAllHaveTakenMustBeSharedByAll() {
        assertThat(answered(number -> 20).micros(Duration.ofSeconds(9))).isEqualTo(300);
    }

    @Test
    void whoDoesATenthLessMustNotKeepUp() {
        assertThat(answered(number -> number / 10).keptUp()).isFalse();
    }

    @Test
    void aBacklogThatGrowsMustNotBeKeepingUpThoughItIsDoneInTime() {
        Answered growing = answered(number -> number * 3 / 200);

        assertThat(growing.perSecond()).isGreaterThan(0.98 * growing.asked());
        assertThat(growing.keptUp()).isFalse();
    }

    @Test
    void oneFailureMustNotBeKeepingUp() {
        Answered steady = answered(number -> 20);
        Answered failed = new Answered(
                steady.requests().stream()
                        .map(request ->
                                new Answered.Request(request.dueNanos(), request.endNanos(), request.dueNanos() > 0))
                        .toList(),
                TIME);

        assertThat(failed.failed()).isEqualTo(1);
        assertThat(failed.keptUp()).isFalse();
    }
}
