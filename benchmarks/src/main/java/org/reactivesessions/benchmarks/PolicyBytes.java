package org.reactivesessions.benchmarks;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;
import java.util.function.Function;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.benchmarks.AcquisitionCost.Effort;
import org.reactivesessions.benchmarks.Allocations.PerCall;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.resilience.ResilienceOptions;
import reactor.core.publisher.Mono;

/**
 * How many bytes circuit breaker and retry allocate for a transaction that goes well. With both switched off a transaction
 * still asks for a permission, so the difference between on and off is not all of it: that is what the calls alone allocate.
 */
final class PolicyBytes {

    private static final Duration PATIENCE = Duration.ofMinutes(1);
    /** So few calls that the compiler that takes objects off the heap does not look at them. */
    private static final int FEW = 500;

    private static final ResilienceOptions ON = ResilienceOptions.defaults();
    private static final ResilienceOptions OFF = ON.noCircuitBreaker().noRetry();

    /** Whose bytes are counted. */
    private interface Meter {
        PerCall count(int calls, Runnable call);
    }

    private final String url;
    private final Effort effort;
    private final PrintStream out;

    PolicyBytes(String url, Effort effort, PrintStream out) {
        this.url = url;
        this.effort = effort;
        this.out = out;
    }

    /** Counts transactions with breaker and retry against transactions without. */
    void inTransactions() {
        transactions(
                "A transaction on a driver that answers at once, without database, network and thread: the calling thread",
                PolicyBytes::withoutDatabase,
                session -> Mono.just(1),
                Allocations::ofThisThread);
        transactions(
                "BEGIN, SELECT 1, COMMIT on PostgreSQL: all threads",
                this::onPostgres,
                session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)),
                Allocations::ofAllThreads);
    }

    private static ReactiveSessions withoutDatabase(ResilienceOptions options) {
        return ReactiveSessions.builder(new AnsweringDriver())
                .resilience(options)
                .build();
    }

    private ReactiveSessions onPostgres(ResilienceOptions options) {
        return PostgresSessions.builder().url(url).resilience(options).build();
    }

    /** Counts what breaker and retry are asked for one transaction. To be called before anything else has asked them. */
    void alone() {
        out.printf("%nWhat breaker and retry are asked for one transaction that goes well, and nothing else%n");
        PolicyCalls on = new PolicyCalls(ON);
        PolicyCalls off = new PolicyCalls(OFF);
        Allocations.ofThisThread(FEW, on::answered); // what is made once
        print("on, before it is optimised", Allocations.ofThisThread(FEW, on::answered), FEW);
        call("on", on::answered);
        call("off", off::answered);
        call("of that, the permission", on::released);
    }

    private void call(String what, Runnable call) {
        Allocations.ofThisThread(effort.policyCalls(), call); // to warm up
        print(what, Allocations.ofThisThread(effort.policyCalls(), call), effort.policyCalls());
    }

    private void transactions(
            String what,
            Function<ResilienceOptions, ReactiveSessions> maker,
            Function<Session, Mono<Integer>> function,
            Meter meter) {
        out.printf("%n%s%n", what);
        ReactiveSessions on = maker.apply(ON);
        ReactiveSessions off = maker.apply(OFF);
        try {
            Runnable withPolicy = () -> on.withTransaction(function).block(PATIENCE);
            Runnable without = () -> off.withTransaction(function).block(PATIENCE);
            meter.count(effort.transactions(), withPolicy); // to warm up
            meter.count(effort.transactions(), without);
            PerCall with = meter.count(effort.transactions(), withPolicy);
            PerCall least = meter.count(effort.transactions(), without);
            print("on", with, effort.transactions());
            print("off", least, effort.transactions());
            out.printf(Locale.ROOT, "  %-37s   %,9.1f bytes%n", "difference", with.bytes() - least.bytes());
        } finally {
            on.close().block(PATIENCE);
            off.close().block(PATIENCE);
        }
    }

    private void print(String what, PerCall cost, int times) {
        out.printf(
                Locale.ROOT,
                "  %-37s   %,9.1f bytes   %,9.0f ns   %,d times%n",
                what,
                cost.bytes(),
                cost.nanos(),
                times);
    }
}
