package org.reactivesessions.testkit.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the bytes of a {@link LatencyProxy} come in: one thread accepts, connects and reads, and says of everything when it is to
 * leave. Owns the port and the links. Thread-safe.
 */
final class DelayedArrivals implements DelayedLane.Listener {

    private static final Logger LOG = LoggerFactory.getLogger(DelayedArrivals.class);
    private static final int BACKLOG = 256;
    private static final int BUFFER = 65_536;

    private final ServerSocketChannel listener;
    private final Selector selector;
    private final InetSocketAddress target;
    private final long delayNanos;
    private final DelayedDepartures departures;
    private final Queue<DelayedLane> relieved = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final Thread thread = new Thread(this::run, "latency-proxy-arrivals");
    private final int port;
    private volatile boolean closed;

    /** What is done when a channel is ready. */
    private interface Ready {
        void act(SelectionKey key) throws IOException;
    }

    private DelayedArrivals(
            ServerSocketChannel listener,
            Selector selector,
            InetSocketAddress target,
            long delayNanos,
            DelayedDepartures departures) {
        this.listener = listener;
        this.port = listener.socket().getLocalPort();
        this.selector = selector;
        this.target = target;
        this.delayNanos = delayNanos;
        this.departures = departures;
        thread.setDaemon(true);
    }

    /** Listens on a free port, and accepts nobody yet. */
    static DelayedArrivals onFreePort(
            String host, InetSocketAddress target, long delayNanos, DelayedDepartures departures) {
        ServerSocketChannel listener = null;
        try {
            listener = ServerSocketChannel.open();
            listener.bind(new InetSocketAddress(InetAddress.getByName(host), 0), BACKLOG);
            listener.configureBlocking(false);
            return new DelayedArrivals(listener, Selector.open(), target, delayNanos, departures);
        } catch (IOException e) {
            if (listener != null) {
                DelayedLink.close(listener);
            }
            throw new UncheckedIOException("the latency proxy found no port to listen on: " + e.getMessage(), e);
        }
    }

    int port() {
        return port;
    }

    void start() {
        thread.start();
    }

    /** Closes the port and the links a little later. */
    void end() {
        closed = true;
        selector.wakeup();
    }

    /** Blocks until the port and the links are closed. */
    void close() {
        end();
        DelayedDepartures.awaitEnd(thread);
    }

    private void run() {
        try {
            listener.register(selector, SelectionKey.OP_ACCEPT, (Ready) key -> accept());
            while (!closed) {
                selector.select(this::act);
                for (DelayedLane lane = relieved.poll(); lane != null; lane = relieved.poll()) {
                    listenAgain(lane);
                }
            }
        } catch (IOException | RuntimeException | Error failed) {
            LOG.error("the latency proxy failed and closes", failed);
        } finally {
            selector.keys().forEach(key -> DelayedLink.close(key.channel()));
            DelayedLink.close(selector);
        }
    }

    private void act(SelectionKey key) {
        try {
            ((Ready) key.attachment()).act(key);
        } catch (CancelledKeyException gone) {
            LOG.trace("a link was closed while something came", gone);
        } catch (IOException e) {
            LOG.warn("the latency proxy no longer accepts connections", e);
            DelayedLink.close(listener);
        }
    }

    private void listenAgain(DelayedLane lane) {
        SelectionKey key = lane.from().keyFor(selector);
        try {
            if (key != null) {
                key.interestOps(SelectionKey.OP_READ);
            }
        } catch (CancelledKeyException gone) {
            LOG.trace("a link was closed before it was read again", gone);
        }
    }

    private void accept() throws IOException {
        SocketChannel client = listener.accept();
        if (client == null) {
            return; // it has gone already
        }
        SocketChannel server;
        try {
            server = SocketChannel.open();
        } catch (IOException e) {
            DelayedLink.close(client);
            throw e;
        }
        DelayedLink link = new DelayedLink(client, server, selector::wakeup, this);
        try {
            prepare(client);
            client.register(selector, 0); // so that it is closed with the others
            prepare(server);
            if (server.connect(target)) {
                begin(link);
            } else {
                server.register(selector, SelectionKey.OP_CONNECT, (Ready) key -> connected(link));
            }
        } catch (IOException e) {
            refused(link, e);
        }
    }

    private static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }

    private void connected(DelayedLink link) {
        try {
            link.server().finishConnect();
            begin(link);
        } catch (IOException e) {
            refused(link, e);
        }
    }

    private static void refused(DelayedLink link, IOException why) {
        LOG.debug("the server did not take a connection, so its client is reset: {}", why.toString());
        link.reset();
    }

    private void begin(DelayedLink link) throws IOException {
        listen(link.there());
        listen(link.back());
    }

    private void listen(DelayedLane lane) throws IOException {
        lane.from().register(selector, SelectionKey.OP_READ, (Ready) key -> read(key, lane));
    }

    @Override
    public void relieved(DelayedLane lane) {
        relieved.add(lane);
        selector.wakeup();
    }

    /** Behind what the receiver has sent before it went, as late as that. */
    @Override
    public void broken(DelayedLane lane) {
        departures.add(Parcel.reset(lane.link().opposite(lane), due()));
    }

    private long due() {
        return System.nanoTime() + delayNanos;
    }

    private void read(SelectionKey key, DelayedLane lane) {
        buffer.clear();
        int size;
        try {
            size = lane.from().read(buffer);
        } catch (IOException broken) {
            key.interestOps(0); // not cancelled, so that it is closed with the others
            departures.add(Parcel.reset(lane, due()));
            return;
        }
        long due = due(); // behind the read: nothing in it came later
        if (size < 0) {
            key.interestOps(0);
            departures.add(Parcel.end(lane, due));
        } else {
            if (lane.isFullWith(size)) {
                key.interestOps(0);
            }
            departures.add(Parcel.of(lane, due, buffer.flip()));
        }
    }
}
