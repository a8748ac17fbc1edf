package org.reactivesessions.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.retry.Retry;
import io.github.resilience4j.retry.RetryConfig;
import io.github.resilience4j.retry.RetryRegistry;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ResilienceOptionsTest {

    private final ResilienceOptions defaults = ResilienceOptions.defaults();

    @Test
    void theDefaultsMustBeThoseThatAreDocumented() {
        CircuitBreakerConfig breaker = defaults.openBreaker().getCircuitBreakerConfig();
        assertThat(breaker.getSlidingWindowSize()).isEqualTo(20);
        assertThat(breaker.getMinimumNumberOfCalls()).isEqualTo(10);
        assertThat(breaker.getSlidingWindowSynchronizationStrategy())
                .as("told on event loops")
                .isEqualTo(CircuitBreakerConfig.SlidingWindowSynchronizationStrategy.LOCK_FREE);
        assertThat(breaker.getFailureRateThreshold()).isEqualTo(50);
        assertThat(breaker.getPermittedNumberOfCallsInHalfOpenState()).isEqualTo(3);
        assertThat(breaker.getWaitIntervalFunctionInOpenState().apply(1)).isEqualTo(5_000);
        RetryConfig retry = Objects.requireNonNull(defaults.openRetry()).getRetryConfig();
        assertThat(retry.getMaxAttempts()).isEqualTo(3);
        for (int each = 0; each < 1_000; each++) {
            assertThat(retry.getIntervalBiFunction().apply(1, null)).isBetween(0L, 50L);
            assertThat(retry.getIntervalBiFunction().apply(2, null)).isBetween(0L, 100L);
            assertThat(retry.getIntervalBiFunction().apply(40, null)).isBetween(0L, 2_000L);
        }
    }

    @Test
    void oneSettingMustBeChangedWithoutTheOthers() {
        CircuitBreakerConfig breaker =
                defaults.circuitWait(Duration.ofSeconds(1)).openBreaker().getCircuitBreakerConfig();
        assertThat(breaker.getWaitIntervalFunctionInOpenState().apply(1)).isEqualTo(1_000);
        assertThat(breaker.getSlidingWindowSize()).isEqualTo(20);
        RetryConfig retry =
                Objects.requireNonNull(defaults.maxAttempts(5).openRetry()).getRetryConfig();
        assertThat(retry.getMaxAttempts()).isEqualTo(5);
        assertThat(retry.getIntervalBiFunction().apply(1, null)).isLessThanOrEqualTo(50L);
    }

    /** It decides how long a circuit stays open, which must not be for an hour more because the clock was set back by one. */
    @Test
    void theClockOfTheBreakerMustBeNobodysToSet() {
        for (ResilienceOptions options : List.of(defaults, defaults.circuitWait(Duration.ofSeconds(1)))) {
            Clock clock = options.openBreaker().getCircuitBreakerConfig().getClock();
            Instant earliest = Instant.EPOCH.plusNanos(System.nanoTime());
            Instant told = clock.instant();
            Instant latest = Instant.EPOCH.plusNanos(System.nanoTime());
            assertThat(told).isBetween(earliest, latest);
        }
    }

    @Test
    void whatIsInARegistryUnderTheNameMustBeUsedAsItIs() {
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
        RetryRegistry retries = RetryRegistry.ofDefaults();
        CircuitBreaker breaker = breakers.circuitBreaker("mine");
        Retry retry = retries.retry("mine");
        ResilienceOptions options = defaults.circuitBreakers(breakers).retries(retries);

        assertThat(options.named("mine").openBreaker()).isSameAs(breaker);
        assertThat(options.named("mine").openRetry()).isSameAs(retry);
        assertThat(options.named("other")
                        .openBreaker()
                        .getCircuitBreakerConfig()
                        .getSlidingWindowSize())
                .isEqualTo(20);
        assertThat(options.named("other").openRetry())
                .isSameAs(retries.find("other").orElseThrow());
    }

    @Test
    void whatIsSwitchedOffMustLetEverythingThroughOnce() {
        assertThat(defaults.noCircuitBreaker().openBreaker().getState()).isEqualTo(CircuitBreaker.State.DISABLED);
        assertThat(defaults.noRetry().openRetry()).isNull();
    }

    @Test
    @SuppressWarnings("NullAway") // null on purpose
    void badInputMustNameTheValueAndTheRule() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.named(" "))
                .withMessage("name must not be blank");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.circuitWait(Duration.ZERO))
                .withMessage("circuitWait must be >= 1 ms, but was PT0S");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> defaults.maxAttempts(0))
                .withMessage("maxAttempts must be >= 1, but was 0");
        assertThatNullPointerException().isThrownBy(() -> defaults.circuitBreakers(null));
        assertThatNullPointerException().isThrownBy(() -> defaults.retries(null));
        assertThatNullPointerException()
                .isThrownBy(() -> defaults.circuitBreaker(null))
                .withMessage("circuitBreaker must not be null; use noCircuitBreaker()");
        assertThatNullPointerException()
                .isThrownBy(() -> defaults.retry(null))
                .withMessage("retry must not be null; use noRetry()");
    }
}
