package org.reactivesessions.benchmarks;

import java.util.Map;
import org.reactivesessions.testkit.server.EmbeddedServer;

/** Whether COMMIT waits for the disk. */
enum Flushing {
    /** As on the servers of our tests: nothing is ever flushed, so COMMIT costs nothing but the processor. */
    OFF("tx/s, fsync off"),
    /** As on a server in production. */
    ON("tx/s");

    private final String metric;

    Flushing(String metric) {
        this.metric = metric;
    }

    /** What transactions per second are called there. */
    String metric() {
        return metric;
    }

    /** Starts a server of that kind, to be closed by the caller. */
    EmbeddedServer start() {
        return EmbeddedServer.start(
                Map.of("fsync", this == ON ? "on" : "off", "synchronous_commit", "on", "full_page_writes", "on"));
    }
}
