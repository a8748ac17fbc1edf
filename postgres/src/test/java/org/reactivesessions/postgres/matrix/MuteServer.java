package org.reactivesessions.postgres.matrix;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Answers a request for encryption by one byte, and nothing more, and remembers what clients have sent. Thread-safe. */
final class MuteServer implements AutoCloseable {

    private static final int REQUEST_FOR_ENCRYPTION = 8;

    private final ServerSocket listener;
    private final char answer;
    private final List<ByteArrayOutputStream> received = new CopyOnWriteArrayList<>();

    private MuteServer(ServerSocket listener, char answer) {
        this.listener = listener;
        this.answer = answer;
    }

    /** @param answer {@code S} to grant encryption, {@code N} to refuse it */
    static MuteServer answering(char answer) {
        try {
            MuteServer server = new MuteServer(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), answer);
            run("mute-server", server::accept);
            return server;
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException over) {
                        // The socket was closed.
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket client = listener.accept();
            ByteArrayOutputStream from = new ByteArrayOutputStream();
            received.add(from);
            run("mute-server-client", () -> talk(client, from));
        }
    }

    private void talk(Socket client, ByteArrayOutputStream from) throws IOException {
        try (client) {
            from.writeBytes(client.getInputStream().readNBytes(REQUEST_FOR_ENCRYPTION));
            client.getOutputStream().write(answer);
            client.getInputStream().transferTo(from);
        }
    }

    String host() {
        return listener.getInetAddress().getHostAddress();
    }

    int port() {
        return listener.getLocalPort();
    }

    /** What each client has sent so far, each byte taken for a character. */
    List<String> received() {
        return received.stream()
                .map(from -> from.toString(StandardCharsets.ISO_8859_1))
                .toList();
    }

    @Override
    public void close() {
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }
}
