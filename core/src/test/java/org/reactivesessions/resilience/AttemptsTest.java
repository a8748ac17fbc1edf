package org.reactivesessions.resilience;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.retry.RetryConfig;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;

/** When a scope asks for a connection again. */
class AttemptsTest {

    private final Throwable away = new DatabaseUnavailableException(FailureKind.UNREACHABLE, "report", "refused", null);

    private static Attempts attempts(long pause) {
        return attempts(RetryConfig.custom()
                .maxAttempts(2)
                .intervalFunction(attempt -> pause)
                .build());
    }

    private static Attempts attempts(RetryConfig settings) {
        ResilienceOptions options =
                ResilienceOptions.defaults().noCircuitBreaker().retry(settings);
        return new AcquisitionPolicy(options, error -> true, (name, phase, outcome, error) -> {}, () -> 0)
                .attempts("report");
    }

    @Test
    void thePauseMustEndBeforeTheTimeDoes() {
        assertThat(attempts(5).next(away, Duration.ofMillis(5))).isNull();
        Attempts made = attempts(5);
        assertThat(requireNonNull(made.next(away, Duration.ofMillis(6)))).isEqualTo(Duration.ofMillis(5));
        assertThat(made.made()).isEqualTo(2);
    }

    @Test
    void thereMayBeNoPause() {
        assertThat(requireNonNull(attempts(0).next(away, Duration.ofMillis(1)))).isEqualTo(Duration.ZERO);
    }

    @Test
    void settingsThatThrowMustCostTheRetryAndNoMore() {
        RetryConfig settings = RetryConfig.custom()
                .intervalFunction(attempt -> {
                    throw new IllegalStateException("planted");
                })
                .build();
        Attempts made = attempts(settings);

        assertThat(made.next(away, Duration.ofSeconds(1))).isNull();
        assertThat(made.made()).isOne();
    }

    @Test
    void thereMustBeNoMoreThanWereSet() {
        Attempts made = attempts(1);
        made.next(away, Duration.ofSeconds(1));

        assertThat(made.next(away, Duration.ofSeconds(1))).isNull();
        assertThat(made.made()).isEqualTo(2);
    }
}
