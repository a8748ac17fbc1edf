package org.reactivesessions.resilience;

import static java.util.Objects.requireNonNull;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;

/** A breaker that has opened and lets one try whether the database is back, and the permission of that one. Thread-safe. */
final class Trial {

    private static final ResilienceOptions OPTIONS = ResilienceOptions.defaults()
            .circuitBreaker(CircuitBreakerConfig.from(
                            ResilienceOptions.defaults().openBreaker().getCircuitBreakerConfig())
                    .minimumNumberOfCalls(1)
                    .permittedNumberOfCallsInHalfOpenState(1)
                    .build())
            .noRetry();

    private final AtomicInteger changes = new AtomicInteger();
    private final AcquisitionPolicy policy;
    private final Permission permission;

    Trial() {
        policy = new AcquisitionPolicy(OPTIONS, error -> true, new Counter(), () -> 0);
        policy.failed(1, new IOException("refused"));
        policy.mayAnswerAgain();
        permission = requireNonNull(policy.ask(), "nobody may try");
        changes.set(0);
    }

    private final class Counter implements SessionListener {

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            // There are no transactions here.
        }

        @Override
        public void circuitChanged(String name, BreakerState from, BreakerState to) {
            changes.incrementAndGet();
        }
    }

    Permission permission() {
        return permission;
    }

    /** What the breaker has made of it, and, if nothing, whether another one may try. */
    String end() {
        BreakerState state = policy.state();
        String more = state == BreakerState.HALF_OPEN
                ? (policy.ask() == null ? ", nobody may try" : ", another one may try")
                : "";
        return state + more + (changes.get() > 1 ? ", after " + changes + " changes" : "");
    }
}
