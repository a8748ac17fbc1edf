package org.reactivesessions.benchmarks;

import org.openjdk.jmh.annotations.Param;

/** READ1 on loopback and 16 connections: what if more callers come? */
public class ConcurrencySweep extends SteadyBenchmark {

    /** Who runs the transactions. */
    @Param({"ours", "ours-unguarded", "byhand", "spring", "vertx", "jdbc"})
    public String contender = "ours";

    /** How many call. */
    @Param({"1", "8", "64", "512", "4096"})
    public int callers = 1;

    /** Made by JMH. */
    public ConcurrencySweep() {}

    @Override
    Contender open(Ground on) {
        return Entrant.named(contender).open(on.bench().direct());
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
