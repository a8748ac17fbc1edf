package org.reactivesessions.testkit.proxy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The port that clients come in by, which can be shut and opened again. Thread-safe. */
final class Door {

    private static final Logger LOG = LoggerFactory.getLogger(Door.class);
    private static final byte[] LOOPBACK = {127, 0, 0, 1};
    private static final int BACKLOG = 256;

    private final int port;
    private final Consumer<Socket> onClient;
    private volatile ServerSocket listener;

    private Door(ServerSocket listener, Consumer<Socket> onClient) {
        this.listener = listener;
        this.port = listener.getLocalPort();
        this.onClient = onClient;
    }

    /** Listens on a free port, and accepts nobody yet. */
    static Door onFreePort(Consumer<Socket> onClient) {
        try {
            return new Door(listen(0), onClient);
        } catch (IOException e) {
            throw new UncheckedIOException("the fault proxy found no port to listen on: " + e.getMessage(), e);
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, BACKLOG, InetAddress.getByAddress(LOOPBACK));
    }

    void startAccepting() {
        ServerSocket accepting = listener;
        Thread acceptor = new Thread(() -> accept(accepting), "fault-proxy-accept");
        acceptor.setDaemon(true);
        acceptor.start();
    }

    int port() {
        return port;
    }

    boolean isShut() {
        return listener.isClosed();
    }

    void shut() {
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException("the fault proxy's port did not close: " + e.getMessage(), e);
        }
    }

    void openAgain() {
        if (isShut()) {
            try {
                listener = listen(port);
            } catch (IOException e) {
                throw new UncheckedIOException("the fault proxy's port did not open again: " + e.getMessage(), e);
            }
            startAccepting();
        }
    }

    private void accept(ServerSocket accepting) {
        try {
            while (true) {
                onClient.accept(accepting.accept());
            }
        } catch (IOException e) {
            if (!accepting.isClosed()) {
                LOG.warn("the fault proxy no longer accepts connections", e);
            }
        }
    }
}
