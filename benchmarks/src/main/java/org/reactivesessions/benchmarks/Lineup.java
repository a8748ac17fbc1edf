package org.reactivesessions.benchmarks;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Function;
import org.reactivesessions.benchmarks.Load.Sample;

/**
 * Contenders who run in turns, each with its pool open all the time. Owns the pools. Not thread-safe.
 *
 * @param <K> what one is known by, and the order of results
 */
final class Lineup<K extends Comparable<K>> implements AutoCloseable {

    private static final Duration WARM_UP_SLICE = Duration.ofSeconds(2);

    private final Bench bench;
    private final Map<K, Contender> pools = new TreeMap<>();

    /**
     * Opens the pools.
     *
     * @param open opens that of an entrant
     */
    Lineup(Bench bench, List<K> entrants, Function<K, Contender> open) {
        this.bench = bench;
        entrants.forEach(entrant -> pools.put(entrant, open.apply(entrant)));
    }

    /** In turns as well, so that no contender meets a compiler that is still busy with another one. */
    void warmUp(Workload workload, int callers, Duration each) throws SQLException {
        Duration slice = each.compareTo(WARM_UP_SLICE) < 0 ? each : WARM_UP_SLICE;
        for (long done = 0; done < each.toMillis(); done += slice.toMillis()) {
            bench.tidy();
            pools.values().forEach(contender -> new ClosedLoop(callers, slice).run(workload, contender));
        }
    }

    /** One round, in which everybody runs once. Each finds tidy tables, and another one begins in every round. */
    Map<K, Sample> round(int number, Workload workload, ClosedLoop loop) throws SQLException {
        Map<K, Sample> samples = new TreeMap<>();
        for (K entrant : order(number, List.copyOf(pools.keySet()))) {
            bench.tidy();
            Contender contender = pools.get(entrant);
            if (contender != null) {
                samples.put(entrant, loop.run(workload, contender));
            }
        }
        return samples;
    }

    /** Lets one entrant run. */
    void run(K entrant, Workload workload, Load load) {
        Objects.requireNonNull(pools.get(entrant), "no entrant").run(workload, load);
    }

    /**
     * Who comes when: all in turn begin, and every second round goes backwards, so that nobody always follows the same one.
     *
     * @param round counted from 1
     */
    static <K> List<K> order(int round, List<K> entrants) {
        List<K> order = new ArrayList<>(entrants);
        Collections.rotate(order, 1 - round);
        if (round % 2 == 0) {
            Collections.reverse(order.subList(1, order.size()));
        }
        return order;
    }

    @Override
    public void close() {
        pools.values().forEach(Contender::close);
    }
}
