package org.reactivesessions.testkit.proxy;

import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;

/**
 * A TCP proxy on the loopback address that makes the way to a server longer by the same time in each direction, and does
 * nothing else: for load, where the threads with which a {@link FaultProxy} reads every frame take more of the processor than
 * what is measured.
 *
 * <p>Bytes leave in the order they came, each so long after it arrived, however many are on their way. An end of stream and a
 * reset are passed on as such, as late as bytes. A client is connected before the server is, and reset if the server does not
 * take the connection. A direction of which 4 MiB are on their way is not read until some have left, and a receiver that takes no
 * more is tried again after 1 ms. Whether a client that has ended its direction is still there is seen when something is
 * written to it. If no more connections can be accepted, those that are open stay.
 *
 * <p>The time is what is waited for at least; an operating system adds its own, some 50 µs on Linux.
 *
 * <p><b>Ownership:</b> whoever starts a proxy closes it. <b>Threads:</b> safe for use by several threads; it works with two daemon
 * threads, however many links there are.
 *
 * @since 0.1.0
 */
public final class LatencyProxy implements AutoCloseable {

    private static final String HOST = "127.0.0.1";

    private final DelayedArrivals arrivals;
    private final DelayedDepartures departures;

    private LatencyProxy(DelayedArrivals arrivals, DelayedDepartures departures) {
        this.arrivals = arrivals;
        this.departures = departures;
    }

    /**
     * Starts a proxy on a free port.
     *
     * @param host host of the server
     * @param port TCP port of the server
     * @param oneWay by how much everything is late in each direction; zero or more
     * @return a proxy that accepts connections, to be closed by the caller
     * @throws IllegalArgumentException if the time is negative, or the host has no address
     * @throws UncheckedIOException if no port can be listened on
     */
    public static LatencyProxy start(String host, int port, Duration oneWay) {
        if (oneWay.isNegative()) {
            throw new IllegalArgumentException("oneWay must be zero or more, but was " + oneWay);
        }
        InetSocketAddress target = new InetSocketAddress(host, port);
        if (target.isUnresolved()) {
            throw new IllegalArgumentException(
                    "host must be a name or an address that leads somewhere, but was " + host);
        }
        DelayedDepartures departures = new DelayedDepartures();
        DelayedArrivals arrivals = DelayedArrivals.onFreePort(HOST, target, oneWay.toNanos(), departures);
        departures.start(arrivals::end);
        arrivals.start();
        return new LatencyProxy(arrivals, departures);
    }

    /**
     * Address clients connect to.
     *
     * @return {@code 127.0.0.1}
     */
    public String host() {
        return HOST;
    }

    /**
     * TCP port clients connect to.
     *
     * @return the port of this proxy
     */
    public int port() {
        return arrivals.port();
    }

    /** Closes the port and every link; bytes on their way are lost. Returns when nothing of it is left; idempotent. */
    @Override
    public void close() {
        arrivals.close();
        departures.close();
    }
}
