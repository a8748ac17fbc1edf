package org.reactivesessions.benchmarks;

import java.time.Duration;
import org.reactivesessions.testkit.proxy.FaultProxy;

/** What lies between the contenders and the server, and how many callers there are then. */
enum Network {
    /** Nothing: the processor is the limit. */
    LOOPBACK("loopback", Duration.ZERO, 64),
    /** A latency each way: the pool is the limit. It is made by a proxy that shares the processor. */
    LATENCY("0.5 ms each way", Duration.ofNanos(500_000), 256);

    private final String text;
    private final Duration oneWay;
    private final int callers;

    Network(String text, Duration oneWay, int callers) {
        this.text = text;
        this.oneWay = oneWay;
        this.callers = callers;
    }

    /** How long everything takes each way; zero means straight to the server, without a proxy. */
    Duration oneWay() {
        return oneWay;
    }

    /** Where the server is to be found behind it. */
    Endpoint endpoint(Bench bench, FaultProxy proxy) {
        return oneWay.isZero() ? bench.direct() : bench.through(proxy);
    }

    int callers() {
        return callers;
    }

    @Override
    public String toString() {
        return text;
    }
}
