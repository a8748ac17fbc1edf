package org.reactivesessions.testkit.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One client's connection through a {@link LatencyProxy}: two sockets, two lanes. Thread-safe. */
final class DelayedLink {

    private static final Logger LOG = LoggerFactory.getLogger(DelayedLink.class);
    private static final int LANES = 2;

    private final SocketChannel client;
    private final SocketChannel server;
    private final Runnable onClosed;
    private final DelayedLane there;
    private final DelayedLane back;
    private final AtomicInteger lanesOpen = new AtomicInteger(LANES);

    /** @param onClosed is to make the selector look: a channel that is registered is closed when its selector has looked */
    DelayedLink(SocketChannel client, SocketChannel server, Runnable onClosed, DelayedLane.Listener listener) {
        this.client = client;
        this.server = server;
        this.onClosed = onClosed;
        this.there = new DelayedLane(this, client, server, listener);
        this.back = new DelayedLane(this, server, client, listener);
    }

    SocketChannel server() {
        return server;
    }

    /** From the client to the server. */
    DelayedLane there() {
        return there;
    }

    /** From the server to the client. */
    DelayedLane back() {
        return back;
    }

    DelayedLane opposite(DelayedLane lane) {
        return lane == there ? back : there;
    }

    /** Notes that one direction has come to its end, which was passed on. */
    void ended() {
        if (lanesOpen.decrementAndGet() == 0) {
            close(client);
            close(server);
            onClosed.run();
        }
    }

    /** Breaks both connections, if they are not closed. */
    void reset() {
        reset(client);
        reset(server);
        onClosed.run();
    }

    private static void reset(SocketChannel channel) {
        try (channel) {
            if (channel.isOpen()) {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            }
        } catch (IOException e) {
            LOG.trace("the socket was closed already", e);
        }
    }

    static void close(Closeable closeable) {
        try {
            closeable.close();
        } catch (IOException e) {
            LOG.trace("it was closed already", e);
        }
    }
}
