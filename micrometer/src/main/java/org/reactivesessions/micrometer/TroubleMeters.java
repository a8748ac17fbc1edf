package org.reactivesessions.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.RollbackRequestedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionTimeoutException;

/** The meters of what went otherwise than it was meant to, all names together. Thread-safe. */
final class TroubleMeters {

    private static final int MAX_ERRORS = 100;

    private final Map<LifePhase, Counter> cancels;
    private final Map<LifePhase, Counter> timeouts;
    private final Map<LifePhase, Counter> suspected;
    private final Map<TransactionOutcome, Timer> resolved;
    private final Bounded<Counter> failures;
    private final Counter inDoubt;
    private final Counter usedAfterEnd;

    TroubleMeters(Meters meters) {
        cancels = meters.each(LifePhase.class, phase -> meters.counter(SessionMeter.CANCELS, phase));
        timeouts = meters.each(LifePhase.class, phase -> meters.counter(SessionMeter.TIMEOUTS, phase));
        suspected = meters.each(LifePhase.class, phase -> meters.counter(SessionMeter.SUSPECTED, phase));
        resolved = meters.each(TransactionOutcome.class, outcome -> meters.timer(SessionMeter.RESOLVED, outcome));
        failures = new Bounded<>(MAX_ERRORS, error -> meters.counter(SessionMeter.FAILURES, error));
        inDoubt = meters.counter(SessionMeter.IN_DOUBT);
        usedAfterEnd = meters.counter(SessionMeter.USED_AFTER_END);
    }

    void cancelled(LifePhase phase) {
        increment(cancels, phase);
    }

    void ended(LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        if (outcome == TransactionOutcome.IN_DOUBT) {
            inDoubt.increment();
        }
        if (error != null && !(error instanceof RollbackRequestedException)) {
            failures.of(ErrorNames.brief(error)).increment();
        }
        if (error instanceof TransactionTimeoutException) {
            increment(timeouts, phase);
        }
    }

    void resolved(TransactionOutcome outcome, Duration took) {
        Timer timer = resolved.get(outcome);
        if (timer != null) {
            timer.record(took);
        }
    }

    void suspected(LifePhase phase) {
        increment(suspected, phase);
    }

    void usedAfterEnd() {
        usedAfterEnd.increment();
    }

    private static void increment(Map<LifePhase, Counter> counters, LifePhase phase) {
        Counter counter = counters.get(phase);
        if (counter != null) {
            counter.increment();
        }
    }
}
