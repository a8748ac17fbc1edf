package org.reactivesessions.benchmarks;

import org.openjdk.jmh.annotations.Param;

/** READ1 on loopback with a connection for every caller: what does the scope cost, against a connection used directly? */
public class ScopeOverDirect extends SteadyBenchmark {

    static final String DIRECT = "direct";

    /** Who runs the transactions. */
    @Param({"ours", "byhand", DIRECT})
    public String contender = DIRECT;

    /** How many call. */
    @Param({"1", "8", "64"})
    public int callers = 1;

    /** Made by JMH. */
    public ScopeOverDirect() {}

    @Override
    Contender open(Ground on) {
        Endpoint endpoint = on.bench().direct();
        if (contender.equals(DIRECT)) {
            return new Direct(endpoint, callers);
        }
        return switch (Entrant.named(contender)) {
            case OURS -> Ours.with(endpoint, builder -> builder.pool(Ours.POOL_OPTIONS.maxSize(callers)));
            case BYHAND -> new ByHand(endpoint, callers);
            default -> throw new IllegalArgumentException(contender + " is not asked here");
        };
    }

    @Override
    Workload transaction() {
        return Workload.READ1;
    }

    @Override
    int number() {
        return callers;
    }
}
