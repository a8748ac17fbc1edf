package org.reactivesessions.quickstart;

import java.time.Duration;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Transactions of two INSERTs, 16 at a time, each cancelled at a random moment. How long they take if nobody cancels is
 * measured first, so that the cancels fall into every phase on a slow machine as on a fast one. To be run once.
 */
final class RandomCancels {

    static final String UNDISTURBED = "undisturbed pair";
    static final String CANCELLED = "cancelled pair";

    private static final int WARM_UP = 500;
    private static final int CANCELS = 1_000;
    private static final int IN_FLIGHT = 16;

    /**
     * What the subscribers saw.
     *
     * @param usual how long a transaction took that nobody cancelled
     * @param started how many transactions were given a moment to be cancelled at
     * @param cancelled how many were cancelled before their end was heard
     * @param acknowledged the numbers of those whose value was heard, the undisturbed ones included
     */
    record Tally(Duration usual, int started, int cancelled, Set<Integer> acknowledged) {}

    private record Attempt(int number, Duration cancelAfter) {}

    private final ReactiveSessions sessions;
    private final SplittableRandom random;
    private final AtomicInteger cancelled = new AtomicInteger();
    private final Set<Integer> acknowledged = ConcurrentHashMap.newKeySet();

    RandomCancels(ReactiveSessions sessions, long seed) {
        this.sessions = sessions;
        this.random = new SplittableRandom(seed);
    }

    /** Starts transactions until 1,000 were cancelled, and waits until every subscriber has left or heard the end. */
    Tally run(Duration patience) {
        undisturbed(1, WARM_UP).block(patience);
        long begin = System.nanoTime();
        undisturbed(WARM_UP + 1, WARM_UP).block(patience);
        Duration usual = Duration.ofNanos((System.nanoTime() - begin) * IN_FLIGHT / WARM_UP);
        Long started = attempts(2 * WARM_UP + 1, usual.toNanos())
                .flatMap(this::attempt, IN_FLIGHT)
                .count()
                .block(patience);
        return new Tally(usual, started == null ? 0 : started.intValue(), cancelled.get(), Set.copyOf(acknowledged));
    }

    private Mono<Void> undisturbed(int first, int count) {
        return Flux.range(first, count)
                .flatMap(number -> pair(UNDISTURBED, number), IN_FLIGHT)
                .doOnNext(acknowledged::add)
                .then();
    }

    private Flux<Attempt> attempts(int first, long maxDelayNanos) {
        return Flux.generate(() -> first, (number, sink) -> {
            if (cancelled.get() < CANCELS) {
                sink.next(new Attempt(number, Duration.ofNanos(random.nextLong(maxDelayNanos))));
            } else {
                sink.complete();
            }
            return number + 1;
        });
    }

    private Mono<Integer> attempt(Attempt attempt) {
        return Mono.firstWithSignal(
                        pair(CANCELLED, attempt.number()),
                        Mono.delay(attempt.cancelAfter()).then(Mono.empty()))
                .doOnNext(acknowledged::add)
                .switchIfEmpty(Mono.fromSupplier(cancelled::incrementAndGet));
    }

    private Mono<Integer> pair(String name, int number) {
        return sessions.withTransaction(
                TransactionOptions.defaults().named(name),
                session -> session.sql("INSERT INTO entry VALUES ($1, 'debit')", number)
                        .execute()
                        .then(session.sql("INSERT INTO entry VALUES ($1, 'credit')", number)
                                .execute())
                        .thenReturn(number));
    }
}
