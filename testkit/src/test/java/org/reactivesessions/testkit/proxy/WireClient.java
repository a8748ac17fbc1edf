package org.reactivesessions.testkit.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.reactivesessions.testkit.server.TestDatabase;

/** A client that speaks the PostgreSQL protocol over a plain socket, one frame at a time, so that a test is in charge. */
final class WireClient implements AutoCloseable {

    private static final int READ_TIMEOUT_MILLIS = 20_000;

    private final Socket socket;
    private final DataInputStream in;
    private int pid;
    private int secret;

    private WireClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
    }

    /** A connection on which nothing has been said. */
    static WireClient connect(FaultProxy proxy) throws IOException {
        return new WireClient(new Socket(proxy.host(), proxy.port()));
    }

    /** A connection that has been logged in and is ready. */
    static WireClient login(FaultProxy proxy, TestDatabase database) throws IOException, GeneralSecurityException {
        WireClient client = connect(proxy);
        client.startup(database);
        return client;
    }

    /** Says who we are and answers the questions until the server is ready. */
    void startup(TestDatabase database) throws IOException, GeneralSecurityException {
        byte[] parameters = body(
                new byte[] {0, 3, 0, 0},
                text("user"),
                text(database.username()),
                text("database"),
                text(database.database()),
                new byte[1]);
        send(body(length(parameters.length + 4), parameters));
        for (Message message = read(); message.type() != 'Z'; message = read()) {
            ByteBuffer content = ByteBuffer.wrap(message.body());
            if (message.type() == 'K') {
                pid = content.getInt();
                secret = content.getInt();
            } else if (message.type() == 'R') {
                answer(content.getInt(), content, database.password());
            } else if (message.type() == 'E') {
                throw new IOException("login failed: " + new String(message.body(), UTF_8));
            }
        }
    }

    private void answer(int question, ByteBuffer content, String password)
            throws IOException, GeneralSecurityException {
        if (question == 10) {
            byte[] first = Scram.first().getBytes(UTF_8);
            send(frame('p', text("SCRAM-SHA-256"), length(first.length), first));
        } else if (question == 11) {
            send(frame(
                    'p', Scram.last(UTF_8.decode(content).toString(), password).getBytes(UTF_8)));
        }
    }

    int pid() {
        return pid;
    }

    int secret() {
        return secret;
    }

    static byte[] query(String sql) {
        return frame('Q', text(sql));
    }

    static byte[] parse(String name, String sql) {
        return frame('P', text(name), text(sql), new byte[2]);
    }

    static byte[] bind(String portal, String statement) {
        return frame('B', text(portal), text(statement), new byte[6]);
    }

    static byte[] describe(char kind, String name) {
        return frame('D', new byte[] {(byte) kind}, text(name));
    }

    static byte[] closing(char kind, String name) {
        return frame('C', new byte[] {(byte) kind}, text(name));
    }

    static byte[] execute(String portal) {
        return frame('E', text(portal), new byte[4]);
    }

    static byte[] sync() {
        return frame('S');
    }

    static byte[] flush() {
        return frame('H');
    }

    static byte[] frame(char type, byte[]... parts) {
        byte[] content = body(parts);
        return body(new byte[] {(byte) type}, length(content.length + 4), content);
    }

    static byte[] text(String text) {
        return (text + "\0").getBytes(UTF_8);
    }

    static byte[] length(int value) {
        return ByteBuffer.allocate(4).putInt(value).array();
    }

    static byte[] body(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /** Writes frames with one socket write. */
    void send(byte[]... frames) throws IOException {
        socket.getOutputStream().write(body(frames));
    }

    /** Sends SQL and reads up to the server's readiness; returns the types of the answers. */
    String run(String sql) throws IOException {
        send(query(sql));
        return readToReady();
    }

    String readToReady() throws IOException {
        StringBuilder types = new StringBuilder();
        Message message;
        do {
            message = read();
            types.append(message.type());
        } while (message.type() != 'Z');
        return types.toString();
    }

    Message read() throws IOException {
        char type = (char) in.readUnsignedByte();
        byte[] content = new byte[in.readInt() - 4];
        in.readFully(content);
        return new Message(type, content);
    }

    /** The next byte, -1 at the end of the stream. */
    int readByte() throws IOException {
        return in.read();
    }

    /** Whether the server's bytes are here; false says only that they are not here yet. */
    boolean hasInput() throws IOException {
        return in.available() > 0;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** One message of the server. */
    static final class Message {
        private final char type;
        private final byte[] body;

        private Message(char type, byte[] body) {
            this.type = type;
            this.body = body;
        }

        char type() {
            return type;
        }

        byte[] body() {
            return Arrays.copyOf(body, body.length);
        }
    }
}
