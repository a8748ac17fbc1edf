package org.reactivesessions.benchmarks;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.testkit.proxy.LatencyProxy;

/**
 * A way to a server, perhaps a longer one. Owns what makes it longer, if anything does. Thread-safe.
 *
 * @param endpoint where it begins
 */
record Way(Endpoint endpoint, @Nullable LatencyProxy proxy) implements AutoCloseable {

    /** One that takes no longer. */
    static Way straight(Endpoint to) {
        return new Way(to, null);
    }

    /** One on which everything takes so much longer each way. */
    static Way delayed(Endpoint to, Duration oneWay) {
        LatencyProxy proxy = LatencyProxy.start(to.host(), to.port(), oneWay);
        return new Way(new Endpoint(to.database(), proxy.host(), proxy.port()), proxy);
    }

    @Override
    public void close() {
        if (proxy != null) {
            proxy.close();
        }
    }
}
