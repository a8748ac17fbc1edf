package org.reactivesessions.resilience;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;

/** A breaker that lets a few try, of whom hardly any come. */
class TrialTest {

    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration TRIAL = Duration.ofSeconds(10);

    private final AtomicLong now = new AtomicLong();
    private final Clock clock = ((InstantSource) () -> Instant.EPOCH.plusNanos(now.get())).withZone(ZoneOffset.UTC);
    private final List<BreakerState> states = new ArrayList<>();
    private final AcquisitionPolicy policy = policy(settings().build());

    private CircuitBreakerConfig.Builder settings() {
        return CircuitBreakerConfig.from(
                        ResilienceOptions.defaults().openBreaker().getCircuitBreakerConfig())
                .clock(clock);
    }

    private AcquisitionPolicy policy(CircuitBreakerConfig settings) {
        return new AcquisitionPolicy(
                ResilienceOptions.defaults().circuitBreaker(settings),
                error -> true,
                new SessionListener() {
                    @Override
                    public void ended(
                            String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
                        // Of no interest.
                    }

                    @Override
                    public void circuitChanged(String name, BreakerState from, BreakerState to) {
                        states.add(to);
                    }
                },
                now::get);
    }

    private void pass(Duration time) {
        now.addAndGet(time.toNanos());
    }

    private void open(AcquisitionPolicy opened) {
        for (int i = 0; i < 20; i++) {
            opened.failed(1, new IOException("refused"));
        }
        assertThat(opened.state()).isEqualTo(BreakerState.OPEN);
        states.clear();
    }

    private static Permission leave(AcquisitionPolicy asked) {
        return requireNonNull(asked.ask(), "the breaker lets nobody through");
    }

    /** It was open again after ten seconds, with a warning that the database does not answer, for as long as callers were few. */
    @Test
    void afterAnOutageOneCallInAMinuteMustCloseIt() {
        open(policy);
        pass(MINUTE);
        leave(policy).answered();
        assertThat(policy.state()).isEqualTo(BreakerState.HALF_OPEN);
        pass(MINUTE);
        leave(policy).answered();

        assertThat(policy.state()).isEqualTo(BreakerState.CLOSED);
        assertThat(states).containsExactly(BreakerState.HALF_OPEN, BreakerState.CLOSED);
    }

    @Test
    void itMustWaitForMoreCallersForAWhile() {
        open(policy);
        policy.mayAnswerAgain();
        leave(policy).answered();
        pass(TRIAL.minusNanos(1));
        assertThat(policy.state()).isEqualTo(BreakerState.HALF_OPEN);
        pass(Duration.ofNanos(1));
        policy.mayAnswerAgain(); // which somebody says every second
        assertThat(states).containsExactly(BreakerState.HALF_OPEN, BreakerState.CLOSED);
    }

    @Test
    void ifThoseWhoCameWereNotAnsweredItMustOpenAgain() {
        open(policy);
        pass(MINUTE);
        leave(policy).lost(new IOException("refused"));
        pass(TRIAL);

        assertThat(policy.state()).isEqualTo(BreakerState.OPEN);
        assertThat(policy.ask()).isNull();
    }

    /** As the others do: half of them failed. */
    @Test
    void theSameShareOfFailuresMustDecide() {
        open(policy);
        pass(MINUTE);
        leave(policy).lost(new IOException("refused"));
        leave(policy).answered();
        pass(TRIAL);

        assertThat(policy.state()).isEqualTo(BreakerState.OPEN);
    }

    @Test
    void asLongAsNobodyComesNothingMustBeDecided() {
        open(policy);
        policy.mayAnswerAgain();
        for (int i = 0; i < 600; i++) {
            pass(Duration.ofSeconds(1));
            policy.mayAnswerAgain();
        }
        leave(policy).release();

        assertThat(states).containsExactly(BreakerState.HALF_OPEN);
    }

    /** As sessions whose first statement takes an hour: nobody else would be let through before. */
    @Test
    void whoIsNotHeardOfMustNotKeepTheOthersOut() {
        open(policy);
        pass(MINUTE);
        List<Permission> silent = List.of(leave(policy), leave(policy), leave(policy));
        pass(TRIAL.minusNanos(1));
        assertThat(policy.ask()).isNull();
        assertThat(policy.state()).isEqualTo(BreakerState.HALF_OPEN);
        pass(Duration.ofNanos(1));
        assertThat(policy.ask()).isNull();
        assertThat(policy.state()).isEqualTo(BreakerState.OPEN);
        pass(Duration.ofSeconds(5).plusMillis(1));

        List<Permission> others = List.of(leave(policy), leave(policy), leave(policy));
        silent.forEach(Permission::answered);
        assertThat(policy.state()).isEqualTo(BreakerState.HALF_OPEN);
        others.forEach(Permission::answered);
        assertThat(policy.state()).isEqualTo(BreakerState.CLOSED);
    }

    /** Its timer is its own affair, and not this clock's. */
    @Test
    void whoeverHasALimitOfHisOwnForItMustKeepIt() {
        AcquisitionPolicy own = policy(
                settings().maxWaitDurationInHalfOpenState(Duration.ofDays(1)).build());
        open(own);
        own.mayAnswerAgain();
        leave(own).answered();
        pass(Duration.ofNanos(TimeUnit.HOURS.toNanos(1)));

        assertThat(own.state()).isEqualTo(BreakerState.HALF_OPEN);
    }
}
