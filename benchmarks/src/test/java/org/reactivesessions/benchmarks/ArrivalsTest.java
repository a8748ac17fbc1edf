package org.reactivesessions.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import reactor.core.publisher.Mono;

class ArrivalsTest {

    private static final Duration LENGTH = Duration.ofMillis(200);

    @Test
    void soManyMustComeAsWereAskedFor() {
        assertThat(new Arrivals(1_000, Duration.ofSeconds(10)).number()).isBetween(9_500, 10_500);
    }

    @Test
    void thereMustBeSome() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Arrivals(0, LENGTH))
                .withMessage("arrivals per second must be > 0, but were 0.0");
    }

    /** One who comes late because the thread was busy has been waiting since he was to come. */
    @Test
    void timesMustCountFromWhenOneWasToCome() throws Exception {
        Arrivals.Result result = new Arrivals(500, LENGTH).run(Workload.READ1, new Answering(id -> {
            long until =
                    System.nanoTime() + Duration.ofMillis(4).toNanos(); // twice as long as until the next one comes
            while (System.nanoTime() < until) {
                Thread.onSpinWait();
            }
            return Mono.just(1L);
        }));

        assertThat(result.took().millis(1)).as("the last").isGreaterThan(LENGTH.toMillis() / 2.0);
    }

    @Test
    void thoseTurnedAwayMustBeCountedApart() throws Exception {
        Arrivals.Result result = new Arrivals(2_000, LENGTH)
                .run(
                        Workload.READ1,
                        new Answering(
                                id -> id % 2 == 0 ? Mono.just(1L) : Mono.error(unavailable(FailureKind.SATURATED))));

        assertThat(result.turnedAway()).isBetween(0.3, 0.7);
        assertThat(result.perSecond()).isBetween(500.0, 1_500.0);
    }

    @Test
    void anyOtherErrorMustEndIt() {
        assertThatThrownBy(() -> new Arrivals(1_000, LENGTH)
                        .run(Workload.READ1, new Answering(id -> Mono.error(unavailable(FailureKind.UNREACHABLE)))))
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(DatabaseUnavailableException.class);
    }

    private static DatabaseUnavailableException unavailable(FailureKind kind) {
        return new DatabaseUnavailableException(kind, "read", "none", null);
    }
}
