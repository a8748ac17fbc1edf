package org.reactivesessions.benchmarks;

import org.jspecify.annotations.Nullable;
import org.reactivesessions.resilience.AcquisitionPolicy;
import org.reactivesessions.resilience.Permission;
import org.reactivesessions.resilience.ResilienceOptions;

/**
 * What a transaction whose database answers asks of breaker and retry, and nothing else. Not thread-safe.
 *
 * <p>The permission is kept in a field, as the scope that holds it does: in a variable the compiler would do without the
 * object, and its bytes would not be counted.
 */
final class PolicyCalls {

    private final AcquisitionPolicy policy;
    private @Nullable Permission held;

    PolicyCalls(ResilienceOptions options) {
        this.policy =
                new AcquisitionPolicy(options, error -> true, (name, phase, outcome, error) -> {}, System::nanoTime);
    }

    /** All of it: a scope is counted, gets its permission, and the database answers. */
    void answered() {
        policy.offered();
        ask().answered();
    }

    /** The permission alone, given back unused: nothing is counted, recorded or timed at its end. */
    void released() {
        ask().release();
    }

    private Permission ask() {
        held = policy.ask();
        if (held == null) {
            throw new IllegalStateException("the circuit is open, although nothing has failed");
        }
        return held;
    }
}
