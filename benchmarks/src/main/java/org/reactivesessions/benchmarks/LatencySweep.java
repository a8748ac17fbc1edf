package org.reactivesessions.benchmarks;

import java.time.Duration;
import org.openjdk.jmh.annotations.Param;

/** 256 callers on 16 connections: what does the distance to the server do? */
public class LatencySweep extends SteadyBenchmark {

    private static final int CALLERS = 256;
    private static final long NANOS_EACH_WAY = 500_000;

    /** Who runs the transactions. */
    @Param({"ours", "ours-unguarded", "byhand", "spring", "vertx", "jdbc"})
    public String contender = "ours";

    /** What they do. */
    @Param({"READ1", "WRITE3"})
    public Workload workload = Workload.READ1;

    /** How many milliseconds a proxy adds to a round trip. */
    @Param({"0", "1", "5"})
    public int added;

    /** Made by JMH. */
    public LatencySweep() {}

    @Override
    Contender open(Ground on) {
        return Entrant.named(contender).open(on.through(Duration.ofNanos(added * NANOS_EACH_WAY)));
    }

    @Override
    Workload transaction() {
        return workload;
    }

    @Override
    int number() {
        return CALLERS;
    }
}
