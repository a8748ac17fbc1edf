package org.reactivesessions.postgres.recovery;

import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.SessionFailure;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;

/** What became of the calls since it was last read. Thread-safe. */
final class Tallies implements SessionListener {

    private final Map<String, LongAdder> errors = new ConcurrentHashMap<>();
    private final LongAdder successes = new LongAdder();
    private final LongAdder retries = new LongAdder();
    private final LongAccumulator longest = new LongAccumulator(Math::max, 0);

    /** What became of the calls of a round. */
    record Read(long successes, Map<String, Long> errors, long retries, long longestMillis) {

        private long refused() {
            return errors.getOrDefault("CIRCUIT_OPEN", 0L);
        }

        /** How often the database, or the pool, was asked for each call that was not refused unasked. */
        double attemptsPerCall() {
            long asked = successes
                    + errors.values().stream().mapToLong(Long::longValue).sum()
                    - refused();
            return asked == 0 ? 1 : (double) (asked + retries) / asked;
        }

        String kinds() {
            return errors.isEmpty()
                    ? "none"
                    : errors.entrySet().stream()
                            .map(each -> each.getKey() + " " + each.getValue())
                            .collect(Collectors.joining(", "));
        }
    }

    void succeeded(long nanos) {
        successes.increment();
        longest.accumulate(nanos);
    }

    void failed(long nanos, Throwable error) {
        String kind = error instanceof SessionFailure known ? known.kind().name() : "lost";
        errors.computeIfAbsent(kind, first -> new LongAdder()).increment();
        longest.accumulate(nanos);
    }

    @Override
    public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
        // Heard by the caller.
    }

    @Override
    public void retrying(String name, int attempt, Duration wait, Throwable error) {
        retries.increment();
    }

    /** Reads and begins anew. */
    Read read() {
        Map<String, Long> kinds = new TreeMap<>();
        errors.forEach((kind, count) -> {
            long sum = count.sumThenReset();
            if (sum > 0) {
                kinds.put(kind, sum);
            }
        });
        return new Read(
                successes.sumThenReset(),
                kinds,
                retries.sumThenReset(),
                Duration.ofNanos(longest.getThenReset()).toMillis());
    }
}
