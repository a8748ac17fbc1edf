package org.reactivesessions.benchmarks;

import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * A ratio of throughput that this library is to reach.
 *
 * @param network where
 * @param workloads by which transactions
 * @param against whose throughput is 1
 * @param atLeast the ratio
 */
record Target(Network network, Set<Workload> workloads, Entrant against, double atLeast) {

    private static final Set<Workload> READ1 = EnumSet.of(Workload.READ1);
    private static final Set<Workload> WRITE3 = EnumSet.of(Workload.WRITE3);
    private static final Set<Workload> BOTH = EnumSet.allOf(Workload.class);

    /** All of them. */
    static final List<Target> ALL = List.of(
            new Target(Network.LOOPBACK, BOTH, Entrant.BYHAND, 1.0),
            new Target(Network.LOOPBACK, BOTH, Entrant.SPRING, 1.25),
            new Target(Network.LOOPBACK, BOTH, Entrant.JDBC_VT, 0.8),
            new Target(Network.LATENCY, READ1, Entrant.BYHAND, 1.9),
            new Target(Network.LATENCY, READ1, Entrant.SPRING, 1.9),
            new Target(Network.LATENCY, READ1, Entrant.VERTX, 1.9),
            new Target(Network.LATENCY, READ1, Entrant.JDBC_VT, 1.4),
            new Target(Network.LATENCY, WRITE3, Entrant.BYHAND, 1.4),
            new Target(Network.LATENCY, WRITE3, Entrant.SPRING, 1.4),
            new Target(Network.LATENCY, WRITE3, Entrant.VERTX, 1.4),
            new Target(Network.LATENCY, WRITE3, Entrant.JDBC_VT, 1.1));

    /** Whether it says something about that comparison. */
    boolean isFor(Comparison comparison) {
        return network == comparison.network() && workloads.contains(comparison.workload());
    }

    /** Whether a ratio reaches it, and if not, by how much it is missed. */
    String verdict(double ratio) {
        return ratio >= atLeast
                ? "reached"
                : String.format(Locale.ROOT, "missed by %.0f %%", Math.max(1, 100 * (1 - ratio / atLeast)));
    }
}
