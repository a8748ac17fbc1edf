package org.reactivesessions.benchmarks;

/** Where transactions are to leave markers: what is the limit there? */
enum MarkerLoad {
    /** The processor. */
    LOOPBACK(Network.LOOPBACK, Contender.POOL, ""),
    /** The pool, and nearly the processor. */
    LATENCY(Network.LATENCY, Contender.POOL, ""),
    /** The pool: the processor has time. */
    FEW_CONNECTIONS(Network.LATENCY, 4, ", 4 connections");

    private final Network network;
    private final int connections;
    private final String addition;

    MarkerLoad(Network network, int connections, String addition) {
        this.network = network;
        this.connections = connections;
        this.addition = addition;
    }

    Network network() {
        return network;
    }

    int connections() {
        return connections;
    }

    @Override
    public String toString() {
        return network + addition;
    }
}
