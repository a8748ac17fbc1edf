package org.reactivesessions.testkit.mock;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import javax.net.ssl.SSLException;

/**
 * A server on this machine's loopback interface that does what a script says with each client, each in a thread of its own, and
 * remembers what it was sent. Thread-safe.
 *
 * @since 0.1.0
 */
public final class MockServer implements AutoCloseable {

    private static final int BACKLOG = 50;

    private final ServerSocket listener;
    private final Script script;
    private final List<Conversation> clients = new CopyOnWriteArrayList<>();
    private final List<AssertionError> surprises = new CopyOnWriteArrayList<>();
    private int opened;

    private MockServer(ServerSocket listener, Script script) {
        this.listener = listener;
        this.script = script;
    }

    /**
     * Starts a server on a port of its own.
     *
     * @param script what it does with each client
     * @return a server that listens; close it
     * @throws UncheckedIOException if there is no port
     */
    public static MockServer start(Script script) {
        try {
            MockServer server = new MockServer(new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress()), script);
            server.run("mock-server", server::accept);
            return server;
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private void run(String name, Work work) {
        Thread thread = new Thread(() -> remember(work), name);
        thread.setDaemon(true);
        thread.start();
    }

    private void remember(Work work) {
        try {
            work.run();
        } catch (EOFException | SocketException | SSLException left) {
            // The client has left, or this server was closed.
        } catch (IOException | RuntimeException unexpected) {
            surprises.add(new AssertionError("a client could not be understood", unexpected));
        } catch (AssertionError surprise) {
            surprises.add(surprise);
        }
    }

    private void accept() throws IOException {
        while (true) {
            Socket socket = listener.accept();
            Conversation client = new Conversation(socket);
            clients.add(client);
            synchronized (this) {
                opened++;
                notifyAll();
            }
            run("mock-server-client", () -> talk(client));
        }
    }

    private void talk(Conversation client) {
        remember(() -> {
            try (client) {
                script.run(client);
            }
        });
        // Only now, so that whoever waits until nobody is connected knows of every surprise.
        synchronized (this) {
            opened--;
            notifyAll();
        }
    }

    /**
     * Returns where it listens.
     *
     * @return an address of the loopback interface
     */
    public String host() {
        return listener.getInetAddress().getHostAddress();
    }

    /**
     * Returns where it listens.
     *
     * @return its port
     */
    public int port() {
        return listener.getLocalPort();
    }

    /**
     * Returns what each client has said so far, in the order in which they came.
     *
     * @return one list for each client
     */
    public List<List<ClientMessage>> heard() {
        return clients.stream().map(Conversation::heard).toList();
    }

    /**
     * Tells whether anybody has said something of a kind.
     *
     * @param kind of message, such as a password
     * @return whether it was heard
     */
    public boolean hasHeard(Predicate<ClientMessage> kind) {
        return heard().stream().flatMap(List::stream).anyMatch(kind);
    }

    /**
     * Blocks until nobody is connected.
     *
     * @param atMost how long
     * @throws AssertionError if somebody still is
     */
    public synchronized void awaitNobody(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (opened > 0) {
                long remaining = deadline - System.nanoTime();
                if (remaining <= 0) {
                    throw new AssertionError(opened + " client(s) still connected after " + atMost);
                }
                wait(remaining / 1_000_000, (int) (remaining % 1_000_000));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for clients to leave", interrupted);
        }
    }

    /**
     * Disconnects everybody, and listens no more.
     *
     * @throws AssertionError if a client has said what the script did not expect
     */
    @Override
    public void close() {
        try {
            listener.close();
            for (Conversation client : clients) {
                client.close();
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
        if (!surprises.isEmpty()) {
            AssertionError all =
                    new AssertionError("unexpected: " + surprises.get(0).getMessage());
            surprises.forEach(all::addSuppressed);
            throw all;
        }
    }
}
