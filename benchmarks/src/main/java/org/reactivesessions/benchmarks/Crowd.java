package org.reactivesessions.benchmarks;

import java.time.Duration;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.postgres.PostgresSessions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Callers who all increment the same few balances: each reads one and writes what he has read plus one, so that an increment that
 * gets lost is missing in the end. He goes on with the next one also if he had to give up. Owns its pool. Not thread-safe.
 */
final class Crowd implements AutoCloseable {

    static final int CALLERS = 64;

    private static final String SET = "UPDATE account SET balance = $1 WHERE id = $2";

    private final Retrying retrying;
    private final ReactiveSessions sessions;

    Crowd(Retrying retrying, Endpoint endpoint) {
        this.retrying = retrying;
        this.sessions = PostgresSessions.builder()
                .url(endpoint.r2dbcUrl())
                .pool(Ours.POOL_OPTIONS)
                .resilience(retrying.resilience())
                .build();
    }

    /**
     * What one run gave.
     *
     * @param succeeded how many increments
     * @param perSecond how many of them per second, without those that came when the time was over
     * @param attempts how many transactions that took, with those of the increments that were given up
     * @param gaveUp how many increments were given up, for want of a retry in the budget or after the last attempt
     * @param took how long those that succeeded took, with all their attempts and waits
     */
    record Result(long succeeded, double perSecond, long attempts, long gaveUp, Latencies took) {}

    /**
     * Lets them go on for some time, and returns when the last one has ended.
     *
     * @param hot how many balances they share
     */
    Result run(int hot, Duration length) {
        Run run = new Run(hot, length.toNanos());
        Flux.range(0, CALLERS).flatMap(run::caller, CALLERS).then().block(length.plus(Load.PATIENCE));
        return run.result();
    }

    /** One run. Thread-safe. */
    private final class Run {

        private final int hot;
        private final long length;
        private final LongAdder attempts = new LongAdder();
        private final LongAdder gaveUp = new LongAdder();
        private final LongAdder inTime = new LongAdder();
        private final Queue<Long> took = new ConcurrentLinkedQueue<>();
        private final long begin = System.nanoTime();

        Run(int hot, long length) {
            this.hot = hot;
            this.length = length;
        }

        Mono<Void> caller(int number) {
            SplittableRandom random = new SplittableRandom(number);
            return Mono.defer(() -> increment(ContentionSuite.account(random.nextInt(hot), hot)))
                    .repeat(this::hasTime)
                    .then();
        }

        private boolean hasTime() {
            return System.nanoTime() - begin < length;
        }

        private Mono<Long> increment(int id) {
            long start = System.nanoTime();
            AtomicInteger made = new AtomicInteger();
            return retrying.inTransaction(sessions, session -> {
                        made.incrementAndGet();
                        return readAndWrite(session, id);
                    })
                    .doOnSuccess(updated -> succeeded(start))
                    .onErrorResume(Retrying::isConflict, error -> gaveUp(made.get()))
                    .doFinally(end -> attempts.add(made.get()));
        }

        private void succeeded(long start) {
            took.add(System.nanoTime() - start);
            if (hasTime()) {
                inTime.increment();
            }
        }

        private Mono<Long> gaveUp(int made) {
            if (made > retrying.maxAttempts()) {
                throw new IllegalStateException(retrying + " made " + made + " attempts instead of at most "
                        + retrying.maxAttempts() + "; write here what its defaults are now");
            }
            gaveUp.increment();
            return Mono.empty();
        }

        Result result() {
            return new Result(
                    took.size(),
                    inTime.sum() * 1e9 / length,
                    attempts.sum(),
                    gaveUp.sum(),
                    new Latencies(took.stream().mapToLong(Long::longValue).toArray()));
        }
    }

    private static Mono<Long> readAndWrite(Session session, int id) {
        return session.sql(Contender.READ, id)
                .one(row -> row.get(0, Long.class))
                .flatMap(balance -> session.sql(SET, balance + 1, id).rowsUpdated());
    }

    @Override
    public void close() {
        sessions.close().block(Load.PATIENCE);
    }
}
