package org.reactivesessions.benchmarks;

import com.sun.management.ThreadMXBean;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.proxy.RoundTrips.Traffic;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.testkit.server.TestServers;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * Counts what the transactions of {@link BudgetScope} cost, so that it comes out the same on every machine, however busy.
 *
 * <p>Bytes: each transaction begins where the last one has ended, on the event loop of the one connection, so one thread does all
 * the work and its own count is exact. The first compiler alone, which the program waits for, keeps nothing off the heap; the
 * interpreter allocates more, and the second compiler less, once they have come to it. A look at the database's health on the
 * same thread adds something, and on a busy machine one in a hundred takes less, because answers that otherwise come one after
 * the other have come with one read. So what most of them take counts.
 *
 * <p>To be run by {@link BudgetRun}. Not thread-safe.
 */
public final class BudgetMeter {

    /** How many transactions are counted. */
    static final int RUNS = 5;

    /** Rounds of so many, in which everything is done that is done once, or the first hundred times. */
    private static final int WARM_UP = 100;

    /** Rounds whose round trips are counted: a thread that stands still between two transactions costs one more. */
    private static final int COUNTS = 3;

    /** Rounds of so many whose bytes are counted. */
    private static final int ROUNDS = 20;

    /** Also for a machine that has hardly any time for it. */
    private static final Duration PATIENCE = Duration.ofMinutes(5);

    private static final ThreadMXBean THREADS = ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

    private static final PoolOptions ONE = PoolOptions.defaults()
            .maxSize(1)
            .maxPending(RUNS)
            .acquireTimeout(PATIENCE)
            .createTimeout(PATIENCE)
            .aliveWindow(PATIENCE);

    private final FaultProxy proxy;
    private final ReactiveSessions sessions;
    private final long[] marks = new long[RUNS];
    private final Set<Thread> threads = new HashSet<>();
    private int ended;

    private BudgetMeter(FaultProxy proxy, ReactiveSessions sessions) {
        this.proxy = proxy;
        this.sessions = sessions;
    }

    /**
     * Counts, prints a line for each scope, and ends the JVM.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
        Program.run(arguments, given -> measure(System.out));
    }

    private static void measure(PrintStream out) throws SQLException {
        try (TestDatabase database = TestServers.current().freshDatabase();
                Bench bench = Bench.on(database);
                FaultProxy proxy = bench.proxy()) {
            ReactiveSessions sessions = PostgresSessions.builder()
                    .url(bench.through(proxy).r2dbcUrl())
                    .pool(ONE)
                    .build();
            for (BudgetScope scope : BudgetScope.values()) {
                out.println(new BudgetMeter(proxy, sessions).cost(scope).line());
            }
            sessions.close().block(PATIENCE);
        }
    }

    private BudgetCost cost(BudgetScope scope) {
        Mono<Long> transaction = scope.on(sessions).doOnSuccess(this::mark);
        for (int round = 0; round < WARM_UP; round++) {
            run(scope, transaction);
        }
        Traffic wire = Stream.generate(() -> wire(scope, transaction))
                .limit(COUNTS)
                .min(Comparator.comparing(Traffic::flights))
                .orElseThrow();
        List<Long> bytes = new ArrayList<>();
        for (int round = 0; round < ROUNDS; round++) {
            run(scope, transaction);
            addBytes(bytes);
        }
        return new BudgetCost(
                Runtime.version().feature(),
                scope,
                wire.flights(),
                wire.clientFrames(),
                wire.serverFrames(),
                mostFrequent(bytes));
    }

    /** The smallest one if there are several. */
    static long mostFrequent(List<Long> values) {
        Map<Long, Long> times =
                values.stream().collect(Collectors.groupingBy(value -> value, TreeMap::new, Collectors.counting()));
        long most = Collections.max(times.values());
        return times.entrySet().stream()
                .filter(value -> value.getValue() == most)
                .findFirst()
                .orElseThrow()
                .getKey();
    }

    private Traffic wire(BudgetScope scope, Mono<Long> transaction) {
        try (RoundTrips count = proxy.countRoundTrips()) {
            run(scope, transaction);
            return count.perLink().stream()
                    .max(Comparator.comparing(Traffic::clientFrames))
                    .orElseThrow();
        }
    }

    private void run(BudgetScope scope, Mono<Long> transaction) {
        ended = 0;
        threads.clear();
        runs(scope, transaction).then(sessions.quiesced()).block(PATIENCE);
    }

    private static Flux<Long> runs(BudgetScope scope, Mono<Long> transaction) {
        return scope.isQueued()
                ? Flux.range(0, RUNS).flatMap(number -> transaction, RUNS)
                : transaction.repeat(RUNS - 1);
    }

    private void mark(Long value) {
        marks[ended++] = THREADS.getCurrentThreadAllocatedBytes();
        threads.add(Thread.currentThread());
    }

    /** From the end of one to the end of the next. */
    private void addBytes(List<Long> bytes) {
        if (ended != RUNS || threads.size() != 1) {
            throw new IllegalStateException(
                    "one thread must have ended " + RUNS + " transactions, but " + threads + " have ended " + ended);
        }
        for (int run = 1; run < RUNS; run++) {
            bytes.add(marks[run] - marks[run - 1]);
        }
    }
}
