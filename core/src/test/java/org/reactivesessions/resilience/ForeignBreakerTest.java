package org.reactivesessions.resilience;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;

/** What an application hangs on its breaker may throw wherever it is called. */
class ForeignBreakerTest {

    private static final int PERMITTED = 3;

    private boolean broken;

    private final Clock clock = ((InstantSource) () -> {
                throwIfBroken();
                return Instant.ofEpochMilli(TimeUnit.NANOSECONDS.toMillis(System.nanoTime()));
            })
            .withZone(ZoneOffset.UTC);

    private final CircuitBreakerRegistry breakers = CircuitBreakerRegistry.of(CircuitBreakerConfig.custom()
            .slidingWindowSize(4)
            .minimumNumberOfCalls(4)
            .permittedNumberOfCallsInHalfOpenState(PERMITTED)
            .waitIntervalFunctionInOpenState(planted((Integer attempt) -> 1L)::apply)
            .clock(clock)
            .currentTimestampFunction(planted(Clock::millis), TimeUnit.MILLISECONDS)
            .recordException(planted((Throwable error) -> true)::apply)
            .build());
    /** Before the policy, which takes the one that is there. */
    private final CircuitBreaker breaker = breakers.circuitBreaker("orders");

    private final AcquisitionPolicy policy = new AcquisitionPolicy(
            ResilienceOptions.defaults().named("orders").circuitBreakers(breakers),
            error -> true,
            (name, phase, outcome, error) -> {},
            System::nanoTime);

    private <T, R> Planted<T, R> planted(Planted<T, R> working) {
        return value -> {
            throwIfBroken();
            return working.apply(value);
        };
    }

    /** What an application passes to Resilience4j. */
    private interface Planted<T, R> extends Function<T, R> {}

    private void throwIfBroken() {
        if (broken) {
            throw new IllegalStateException("planted");
        }
    }

    private List<Permission> allThatAreLet() {
        return Stream.generate(policy::ask)
                .limit(PERMITTED + 1)
                .filter(Objects::nonNull)
                .toList();
    }

    @Test
    void aClockThatThrowsMustBeARefusalAndNothingElse() {
        breaker.transitionToOpenState();
        broken = true;
        assertThat(policy.ask()).isNull();
        assertThat(policy.refusal("transfer", 0)).hasMessageContaining("\"orders\" is OPEN");
        broken = false;

        while (policy.ask() == null) {
            Thread.onSpinWait(); // for the millisecond it waits
        }
        assertThat(policy.state()).isEqualTo(BreakerState.HALF_OPEN);
    }

    @Test
    void aClosedBreakerMustLetEverybodyThroughWhateverThrows() {
        broken = true;
        Permission leave = Objects.requireNonNull(policy.ask());
        assertThatCode(leave::answered).doesNotThrowAnyException();
    }

    /** It was asked for the sake of a message, by whoever saw the change first. */
    @Test
    void aWaitThatCannotBeToldMustCostNobodyAnything() {
        breaker.transitionToOpenState();
        broken = true;
        assertThatCode(policy::state).doesNotThrowAnyException();
        broken = false;
        breaker.transitionToHalfOpenState();

        assertThat(allThatAreLet()).hasSize(PERMITTED);
    }

    /** It is asked before the breaker is told. */
    @Test
    void whatDecidesWhetherAFailureCountsMustNotCostAPermission() {
        breaker.transitionToOpenState();
        breaker.transitionToHalfOpenState();
        List<Permission> permissions = allThatAreLet();
        assertThat(permissions).hasSize(PERMITTED);
        broken = true;
        permissions.forEach(permission -> permission.lost(new IOException("refused")));
        permissions.forEach(Permission::release);
        broken = false;

        assertThat(policy.state()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(allThatAreLet()).hasSize(PERMITTED);
    }

    @Test
    void whateverThrowsMustNotReachWhoeverTellsIt() {
        breaker.getEventPublisher().onEvent(event -> throwIfBroken());
        Permission leave = Objects.requireNonNull(policy.ask());
        broken = true;
        assertThatCode(leave::release).doesNotThrowAnyException();
        assertThatCode(() -> policy.opened(1)).doesNotThrowAnyException();
        assertThatCode(() -> policy.failed(1, new IOException("refused"))).doesNotThrowAnyException();
        assertThatCode(policy::answersAgain).doesNotThrowAnyException();
        assertThatCode(policy::mayAnswerAgain).doesNotThrowAnyException();
    }

    /** A permission is of the state it was given in: one that is taken for that of before is never given back. */
    @Test
    void whoAsksInTheMomentOfAChangeMustGiveHisPermissionBack() {
        breaker.transitionToOpenState();
        List<Permission> given = new ArrayList<>();
        List<AcquisitionPolicy> asked = new ArrayList<>();
        AcquisitionPolicy heard = new AcquisitionPolicy(
                ResilienceOptions.defaults().named("orders").circuitBreakers(breakers),
                error -> true,
                new SessionListener() {
                    @Override
                    public void ended(
                            String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
                        // Of no interest.
                    }

                    @Override
                    public void circuitChanged(String name, BreakerState from, BreakerState to) {
                        given.add(Objects.requireNonNull(asked.get(0).ask()));
                    }
                },
                System::nanoTime);
        asked.add(heard);
        breaker.transitionToHalfOpenState();
        assertThat(heard.state()).isEqualTo(BreakerState.HALF_OPEN);
        assertThat(given).hasSize(1);
        given.get(0).release();

        assertThat(allThatAreLet()).hasSize(PERMITTED);
    }
}
