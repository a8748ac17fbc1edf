package org.reactivesessions.postgres.recovery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.reactivesessions.ReactiveSessions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Callers of transactions that last 20 ms: so many that each waits for the end of its last, or so many a second. */
final class Crowd {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final ReactiveSessions sessions;

    Crowd(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    private Mono<Call> call() {
        return Mono.defer(() -> {
            long at = System.nanoTime();
            return sessions.withTransaction(
                            session -> session.sql("SELECT pg_sleep(0.02)").execute())
                    .then(Mono.fromSupplier(() -> new Call(at, System.nanoTime() - at, null)))
                    .onErrorResume(error -> Mono.just(new Call(at, System.nanoTime() - at, error)));
        });
    }

    /** So many callers, for so long; returns what they have done in a second. */
    double perSecond(int callers, Duration time) {
        long since = System.nanoTime();
        Long calls = Flux.range(0, callers)
                .flatMap(caller -> call().repeat(() -> System.nanoTime() - since < time.toNanos()), callers)
                .filter(call -> call.error() == null)
                .count()
                .block(PATIENCE);
        return (calls == null ? 0 : calls) * 1e9 / (System.nanoTime() - since);
    }

    /**
     * So many calls in a second, whatever becomes of them, and then another number of them; returns them when all have ended.
     *
     * @param turn when the first part ends, by {@link System#nanoTime()}
     * @param end when the second does
     */
    List<Call> arriving(double perSecond, long turn, double then, long end) {
        Queue<Call> calls = new ConcurrentLinkedQueue<>();
        AtomicInteger open = new AtomicInteger();
        double due = 0;
        long last = System.nanoTime();
        for (long now = last; now < end; now = System.nanoTime()) {
            due += (now < turn ? perSecond : then) * (now - last) / TimeUnit.SECONDS.toNanos(1);
            last = now;
            for (; due >= 1; due--) {
                open.incrementAndGet();
                call().doFinally(ended -> open.decrementAndGet()).subscribe(calls::add, error -> {});
            }
            LockSupport.parkNanos(500_000);
        }
        while (open.get() > 0) {
            LockSupport.parkNanos(1_000_000);
        }
        return new ArrayList<>(calls);
    }
}
