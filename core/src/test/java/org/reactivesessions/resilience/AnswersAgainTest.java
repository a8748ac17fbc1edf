package org.reactivesessions.resilience;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.reactivesessions.observation.BreakerState;

/** A database that has answered somebody who did not ask the breaker. */
class AnswersAgainTest {

    private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
    private final AcquisitionPolicy policy = new AcquisitionPolicy(
            ResilienceOptions.defaults().named("orders").circuitBreakers(breakers),
            error -> true,
            (name, phase, outcome, error) -> {},
            System::nanoTime);
    private final CircuitBreaker breaker = breakers.find("orders").orElseThrow();

    private void fail(int times) {
        for (int i = 0; i < times; i++) {
            policy.failed(1, new IOException("refused"));
        }
    }

    @Test
    void aBreakerThatHasOpenedMustBeClosed() {
        fail(20);
        assertThat(policy.state()).isEqualTo(BreakerState.OPEN);
        policy.answersAgain();

        assertThat(policy.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(policy.ask()).isNotNull();
    }

    @Test
    void whatAClosedOneHasSeenMustBeForgotten() {
        fail(9);
        policy.answersAgain();
        fail(9);

        assertThat(policy.state()).isEqualTo(BreakerState.CLOSED);
    }

    @Test
    void whatSomebodyHasSetMustStay() {
        breaker.transitionToForcedOpenState();
        policy.answersAgain();
        assertThat(policy.state()).isEqualTo(BreakerState.FORCED_OPEN);
        breaker.transitionToDisabledState();
        policy.answersAgain();

        assertThat(policy.state()).isEqualTo(BreakerState.DISABLED);
    }

    @Test
    void whenItMayAnswerAgainAFewMustTryBeforeTheWaitIsOver() {
        fail(20);
        assertThat(policy.ask()).isNull();
        policy.mayAnswerAgain();

        assertThat(policy.state()).isEqualTo(BreakerState.HALF_OPEN);
        for (int i = 0; i < 3; i++) {
            assertThat(policy.ask()).isNotNull();
        }
        assertThat(policy.ask()).isNull();
        fail(3);
        assertThat(policy.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void ifItDoesAnswerWhileItIsClosedNothingMustBeForgotten() {
        fail(9);
        policy.mayAnswerAgain();
        fail(1);

        assertThat(policy.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void ifItMayAnswerAgainWhatSomebodyHasSetMustStay() {
        breaker.transitionToForcedOpenState();
        policy.mayAnswerAgain();

        assertThat(policy.state()).isEqualTo(BreakerState.FORCED_OPEN);
    }
}
