package org.reactivesessions.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A breaker that hears of successes late decides as one that hears of each at once. */
class QuietSuccessesTest {

    private static final int WINDOW = 20;

    private static CircuitBreaker breaker() {
        return CircuitBreaker.of(
                "twin",
                CircuitBreakerConfig.custom()
                        .slidingWindowSize(WINDOW)
                        .minimumNumberOfCalls(10)
                        .build());
    }

    private static void failOn(CircuitBreaker breaker) {
        breaker.onError(1, TimeUnit.NANOSECONDS, new IllegalStateException("planted"));
    }

    private static void succeedOn(CircuitBreaker breaker) {
        breaker.onSuccess(1, TimeUnit.NANOSECONDS);
    }

    @Test
    void theBreakerMustDecideAsIfItHadHeardEachAtOnce() {
        for (int seed = 0; seed < 500; seed++) {
            Random random = new Random(seed);
            CircuitBreaker all = breaker();
            CircuitBreaker quiet = breaker();
            QuietSuccesses kept = new QuietSuccesses(WINDOW);
            double failures = random.nextDouble();
            for (int result = 0; result < 200 && all.getState() == CircuitBreaker.State.CLOSED; result++) {
                if (random.nextDouble() < failures && random.nextInt(10) > 3) {
                    failOn(all);
                    for (int untold = kept.takeBack(); untold > 0; untold--) {
                        succeedOn(quiet);
                    }
                    failOn(quiet);
                } else {
                    succeedOn(all);
                    if (!kept.keep()) {
                        succeedOn(quiet);
                    }
                }
                assertThat(quiet.getState())
                        .as("seed %d, result %d", seed, result)
                        .isEqualTo(all.getState());
            }
        }
    }

    @Test
    void nothingMustBeToldWhileThereIsNoFailure() {
        QuietSuccesses kept = new QuietSuccesses(WINDOW);
        for (int each = 0; each < 1_000; each++) {
            assertThat(kept.keep()).isTrue();
        }
        assertThat(kept.takeBack()).as("as many as the window holds").isEqualTo(WINDOW);
        for (int each = 0; each < WINDOW; each++) {
            assertThat(kept.keep()).as("until the failure has left the window").isFalse();
        }
        assertThat(kept.keep()).isTrue();
    }
}
