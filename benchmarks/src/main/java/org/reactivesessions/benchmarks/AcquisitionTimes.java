package org.reactivesessions.benchmarks;

import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.benchmarks.AcquisitionCost.Effort;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.health.HealthReport;
import org.reactivesessions.health.HealthStatus;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.resilience.ResilienceOptions;
import reactor.core.publisher.Mono;

/**
 * How long it takes to get a connection of a warm pool, and to be told that the database is well. Not thread-safe.
 *
 * <p>{@code withSession} shows the acquisition alone, because it sends nothing before it calls the function;
 * {@code withTransaction} calls it after the answer to BEGIN.
 */
final class AcquisitionTimes {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final double MEDIAN = 0.5;
    private static final double P99 = 0.99;
    private static final double MOST_MEDIAN = 0.2;
    private static final double MOST_P99 = 10;
    private static final double MOST_HEALTH = 1;

    /** A way to get a connection. */
    private interface Scope {
        Mono<Integer> run(Function<Session, Mono<Integer>> function);
    }

    private final String url;
    private final ReactiveSessions sessions;
    private final Effort effort;
    private final PrintStream out;

    AcquisitionTimes(String url, Effort effort, PrintStream out) {
        this.url = url;
        this.sessions = PostgresSessions.builder()
                .url(url)
                .pool(PoolOptions.defaults().maxSize(Contender.POOL))
                .healthTimeout(PATIENCE)
                .build();
        this.effort = effort;
        this.out = out;
    }

    /** Measures, and closes the sessions. */
    void measure() throws InterruptedException, ExecutionException {
        try {
            acquisitions();
            health();
            refusals();
        } finally {
            sessions.close().block(PATIENCE);
        }
    }

    private void acquisitions() throws InterruptedException, ExecutionException {
        out.printf(
                Locale.ROOT,
                "%nFrom subscribing until the function is called, pool %d, each caller waits on a thread of its own%n",
                Contender.POOL);
        Mono<Integer> nothing = Mono.empty();
        Scope session = sessions::withSession;
        Latencies alone = acquisition("session, 1 caller", 1, session, at -> nothing);
        Latencies crowded = acquisition("session, 16 callers", Contender.POOL, session, at -> nothing);
        acquisition("session with a query, 1 caller", 1, session, AcquisitionTimes::query);
        acquisition("session with a query, 16 callers", Contender.POOL, session, AcquisitionTimes::query);
        acquisition("transaction, BEGIN included, 1 caller", 1, sessions::withTransaction, at -> nothing);
        judge("1 caller: median < 0.2 ms and p99 < 10 ms", isWarm(alone));
        judge("16 callers: median < 0.2 ms and p99 < 10 ms", isWarm(crowded));
    }

    private static boolean isWarm(Latencies latencies) {
        return latencies.millis(MEDIAN) < MOST_MEDIAN && latencies.millis(P99) < MOST_P99;
    }

    private static Mono<Integer> query(Session session) {
        return session.sql("SELECT 1").one(row -> row.get(0, Integer.class));
    }

    private Latencies acquisition(String what, int callers, Scope scope, Function<Session, Mono<Integer>> function)
            throws InterruptedException, ExecutionException {
        return measure(what, callers, effort.acquisitions(), () -> untilCalled(scope, function));
    }

    private static long untilCalled(Scope scope, Function<Session, Mono<Integer>> function) {
        long[] called = new long[1];
        Mono<Integer> work = scope.run(session -> {
            called[0] = System.nanoTime();
            return function.apply(session);
        });
        long begin = System.nanoTime();
        work.block(PATIENCE);
        return called[0] - begin;
    }

    private void health() throws InterruptedException, ExecutionException {
        out.printf("%nhealth(), from subscribing until the report is there, one after another%n");
        Latencies probes = measure("1 caller", 1, effort.probes(), this::untilReported);
        judge("median < 1 ms", probes.millis(MEDIAN) < MOST_HEALTH);
    }

    private long untilReported() {
        Mono<HealthReport> asked = sessions.health();
        long begin = System.nanoTime();
        HealthReport report = asked.block(PATIENCE);
        long nanos = System.nanoTime() - begin;
        if (report == null || report.status() != HealthStatus.UP) {
            throw new IllegalStateException("the database was not well: " + report);
        }
        return nanos;
    }

    private void refusals() throws InterruptedException, ExecutionException {
        out.printf("%nAn open circuit, from subscribing until the error is there%n");
        CircuitBreakerRegistry circuits = CircuitBreakerRegistry.ofDefaults();
        ReactiveSessions refusing = PostgresSessions.builder()
                .url(url)
                .resilience(ResilienceOptions.defaults().named("open").circuitBreakers(circuits))
                .build();
        circuits.circuitBreaker("open").transitionToForcedOpenState();
        measure("transaction, 1 caller", 1, effort.acquisitions(), () -> untilRefused(refusing));
        refusing.close().block(PATIENCE);
    }

    private static long untilRefused(ReactiveSessions refusing) {
        long begin = System.nanoTime();
        Boolean refused = refusing.withTransaction(session -> Mono.just(false))
                .onErrorReturn(DatabaseUnavailableException.class, true)
                .block(PATIENCE);
        long nanos = System.nanoTime() - begin;
        if (!Boolean.TRUE.equals(refused)) {
            throw new IllegalStateException("an open circuit let a transaction through");
        }
        return nanos;
    }

    private Latencies measure(String what, int callers, int samples, LongSupplier call)
            throws InterruptedException, ExecutionException {
        BlockingCallers threads = new BlockingCallers(callers);
        threads.run(samples, call); // to warm up
        Latencies latencies = threads.run(samples, call);
        out.printf(Locale.ROOT, "  %-37s   %s%n", what, latencies);
        return latencies;
    }

    private void judge(String target, boolean met) {
        out.println("  target, " + target + ": " + (met ? "met" : "MISSED"));
    }
}
