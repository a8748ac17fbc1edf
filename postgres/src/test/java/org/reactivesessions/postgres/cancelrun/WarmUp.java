package org.reactivesessions.postgres.cancelrun;

import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import reactor.core.publisher.Flux;

/**
 * Transactions that are not counted: they open the pool and warm the JVM, because a cancel that always hits the opening of a
 * connection shows nothing. Errors are passed over, since a busy machine may take too long to connect. Stateless.
 */
final class WarmUp {

    private static final int AT_ONCE = 2 * Traffic.POOL;
    private static final int ROUNDS = 20;
    private static final int MOST_ROUNDS = 10_000;

    private WarmUp() {}

    /** Runs until the pool is full; {@code false} if it does not become full. */
    static boolean run(Contestant contestant, Tracks tracks, Duration atMost, BooleanSupplier isFull) {
        List<Track> own = Stream.generate(() -> tracks.addUncounted(Plan.undisturbed()))
                .limit(AT_ONCE)
                .toList();
        for (int round = 0; round < MOST_ROUNDS; round++) {
            try {
                Flux.fromIterable(own)
                        .flatMap(
                                track ->
                                        Flux.from(contestant.transaction(track)).onErrorComplete(),
                                AT_ONCE)
                        .blockLast(atMost);
            } catch (IllegalStateException stuck) {
                throw new IllegalStateException(Standstill.describe(contestant), stuck);
            }
            if (round >= ROUNDS && isFull.getAsBoolean()) {
                return true;
            }
        }
        return false;
    }
}
