package org.reactivesessions.postgres.doubt;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;

/** Remembers what a listener hears of each transaction, by its name. Thread-safe. */
final class Hearing implements SessionListener {

    private final Map<String, TransactionOutcome> ended = new ConcurrentHashMap<>();
    private final Map<String, TransactionOutcome> resolved = new ConcurrentHashMap<>();
    private final AtomicLong longest = new AtomicLong();

    @Override
    public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        ended.put(name, outcome);
    }

    @Override
    public void resolved(String name, TransactionOutcome outcome, Duration took) {
        resolved.put(name, outcome);
        longest.accumulateAndGet(took.toMillis(), Math::max);
    }

    @Nullable
    TransactionOutcome ended(String name) {
        return ended.get(name);
    }

    @Nullable
    TransactionOutcome resolved(String name) {
        return resolved.get(name);
    }

    /** The longest time it took to resolve a doubt, in milliseconds. */
    long longestMillis() {
        return longest.get();
    }
}
