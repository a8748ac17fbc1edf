package org.reactivesessions.postgres;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * As strict as PgBouncer 1.18 about start-up parameters, and otherwise no pooler at all: every client has a server connection
 * of its own. Unencrypted, loopback only; works with daemon threads and is closed by whoever started it.
 */
final class StrictPooler implements AutoCloseable {

    private static final Set<String> KNOWN = Set.of(
            "user",
            "database",
            "application_name",
            "client_encoding",
            "datestyle",
            "timezone",
            "standard_conforming_strings");
    private static final byte[] LOOPBACK = {127, 0, 0, 1};

    private final ServerSocket listener;
    private final String host;
    private final int port;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<List<String>> startups = new CopyOnWriteArrayList<>();

    private StrictPooler(ServerSocket listener, String host, int port) {
        this.listener = listener;
        this.host = host;
        this.port = port;
    }

    static StrictPooler before(String host, int port) {
        try {
            StrictPooler pooler =
                    new StrictPooler(new ServerSocket(0, 50, InetAddress.getByAddress(LOOPBACK)), host, port);
            start("accept", pooler::accept);
            return pooler;
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    String host() {
        return "127.0.0.1";
    }

    int port() {
        return listener.getLocalPort();
    }

    /** The names of the parameters of every start-up message, in the order they came. */
    List<List<String>> startups() {
        return startups;
    }

    @Override
    public void close() {
        close(listener);
        sockets.forEach(StrictPooler::close);
    }

    private void accept() throws IOException {
        while (!listener.isClosed()) {
            Socket client = listener.accept();
            sockets.add(client);
            start("client", () -> serve(client));
        }
    }

    private void serve(Socket client) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        byte[] startup = new byte[in.readInt() - Integer.BYTES];
        in.readFully(startup);
        List<String> names = names(startup);
        startups.add(names);
        for (String name : names) {
            if (!KNOWN.contains(name.toLowerCase(Locale.ROOT))) {
                refuse(client, name);
                return;
            }
        }
        Socket server = new Socket(host, port);
        sockets.add(server);
        server.getOutputStream()
                .write(ByteBuffer.allocate(Integer.BYTES + startup.length)
                        .putInt(Integer.BYTES + startup.length)
                        .put(startup)
                        .array());
        start("answers", () -> copy(server, client));
        copy(client, server);
    }

    private static List<String> names(byte[] startup) {
        String[] texts = new String(startup, Integer.BYTES, startup.length - Integer.BYTES, StandardCharsets.UTF_8)
                .split("\0", -1);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < texts.length && !texts[i].isEmpty(); i += 2) {
            names.add(texts[i]);
        }
        return names;
    }

    private static void refuse(Socket client, String name) throws IOException {
        byte[] fields = ("SFATAL\0" + "C08P01\0" + "Munsupported startup parameter: " + name + "\0\0")
                .getBytes(StandardCharsets.UTF_8);
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        out.writeByte('E');
        out.writeInt(Integer.BYTES + fields.length);
        out.write(fields);
        out.flush();
        close(client);
    }

    private static void copy(Socket from, Socket to) throws IOException {
        try (InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream()) {
            in.transferTo(out);
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception failed) {
            throw new IllegalStateException(failed);
        }
    }

    private interface Work {
        void run() throws IOException;
    }

    /** An error is that of a socket that was closed, which the other side sees as well. */
    private static void start(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException closed) {
                        Thread.currentThread().interrupt();
                    }
                },
                "strict-pooler-" + name);
        thread.setDaemon(true);
        thread.start();
    }
}
