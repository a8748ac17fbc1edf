package org.reactivesessions.benchmarks;

import java.time.Duration;

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

    /** The way it makes of one that leads straight to a server, to be closed by the caller. */
    Way way(Endpoint to) {
        return oneWay.isZero() ? Way.straight(to) : Way.delayed(to, oneWay);
    }

    int callers() {
        return callers;
    }

    @Override
    public String toString() {
        return text;
    }
}
