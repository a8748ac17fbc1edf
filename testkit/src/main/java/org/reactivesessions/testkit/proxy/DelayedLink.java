package org.reactivesessions.testkit.proxy;

import java.io.Closeable;
import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection through a {@link LatencyProxy}. Thread-safe.
 *
 * @param onClosed is to make the selector look: a channel that is registered is closed when its selector has looked
 * @param lanesOpen how many directions have not come to their end
 */
record DelayedLink(SocketChannel client, SocketChannel server, Runnable onClosed, AtomicInteger lanesOpen) {

    private static final Logger LOG = LoggerFactory.getLogger(DelayedLink.class);
    private static final int LANES = 2;

    DelayedLink(SocketChannel client, SocketChannel server, Runnable onClosed) {
        this(client, server, onClosed, new AtomicInteger(LANES));
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
