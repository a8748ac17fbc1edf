package org.reactivesessions.testkit.proxy;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection through the proxy: two sockets, two lanes, four daemon threads, one end.
 *
 * <p>An end of stream on one side is passed on as such; a failed or reset connection is passed on as a reset, unless it is
 * that of a client the link outlives.
 * Thread-safe.
 */
final class Link {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int LANES = 2;

    private final long id;
    private final Socket client;
    private final Socket server = new Socket();
    private final Rulebook rulebook;
    private final Consumer<Link> onClosed;
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicInteger lanesOpen = new AtomicInteger(LANES);
    private volatile long lastClientNanos = System.nanoTime();
    private volatile boolean clientReset;

    Link(long id, Socket client, Rulebook rulebook, Consumer<Link> onClosed) {
        this.id = id;
        this.client = client;
        this.rulebook = rulebook;
        this.onClosed = onClosed;
    }

    long id() {
        return id;
    }

    /** {@link System#nanoTime()} of the client's last frame. */
    long lastClientNanos() {
        return lastClientNanos;
    }

    void start(InetSocketAddress target) {
        run("connect", () -> {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target, CONNECT_TIMEOUT_MILLIS);
            Conversation conversation = new Conversation();
            EncryptionTalk encryption = new EncryptionTalk();
            Lane there = new Lane(Direction.CLIENT, this, rulebook, conversation, encryption, client, server);
            Lane back = new Lane(Direction.SERVER, this, rulebook, conversation, encryption, server, client);
            run("to-server", there::write);
            run("to-client", back::write);
            run("from-server", back::read);
            run("from-client", there::read);
        });
    }

    /** Whether the client's bytes are here that nobody has read yet. */
    boolean hasUnreadFromClient() throws IOException {
        return client.getInputStream().available() > 0;
    }

    void clientSent(Frame frame) {
        lastClientNanos = frame.arrivalNanos();
        RoundTrips count = rulebook.count();
        if (count != null) {
            count.arrived(id, frame);
        }
    }

    /** Breaks the connection of the client only; what it has sent still leaves for the server. */
    void resetClient() {
        clientReset = true;
        close(client, true);
    }

    /** Whether a client that has gone away is no reason to end the link. */
    boolean outlivesClient() {
        return clientReset || rulebook.isOutlivingClients();
    }

    /** Notes that one direction has come to its regular end. */
    void ended() {
        if (lanesOpen.decrementAndGet() == 0) {
            close(false);
        }
    }

    /** Closes both sockets, with FIN or RST, and ends the threads; frames under way are lost. */
    void close(boolean reset) {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        close(client, reset);
        close(server, reset);
        for (Thread thread : threads) {
            if (thread != Thread.currentThread()) {
                thread.interrupt();
            }
        }
        onClosed.accept(this);
    }

    private static void close(Socket socket, boolean reset) {
        try (socket) {
            if (reset) {
                socket.setSoLinger(true, 0);
            } else if (socket.isConnected() && !socket.isOutputShutdown()) {
                // Said before closing, because closing with unread bytes would say RST instead.
                socket.shutdownOutput();
            }
        } catch (IOException e) {
            LOG.trace("the socket was closed already", e);
        }
    }

    private void run(String name, Task task) {
        Thread thread = new Thread(() -> perform(task), "fault-proxy-" + id + "-" + name);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
        if (closed.get()) {
            thread.interrupt();
        }
    }

    private void perform(Task task) {
        try {
            task.run();
        } catch (IOException e) {
            if (!closed.get()) {
                LOG.debug("link {} failed and is reset: {}", id, e.toString());
            }
            close(true);
        } catch (InterruptedException e) {
            close(false);
        } catch (RuntimeException e) {
            LOG.warn("link {} failed and is reset", id, e);
            close(true);
        }
    }

    /** The work of one thread. */
    private interface Task {
        void run() throws IOException, InterruptedException;
    }
}
