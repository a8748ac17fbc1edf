package org.reactivesessions.testkit.mock;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/** One client, and what it has said. One thread talks, others look at what was heard. */
final class Conversation implements AutoCloseable {

    private static final int CODE_CANCEL = 80_877_102;
    private static final int CODE_SSL = 80_877_103;
    private static final int MIN_STARTUP = 8;
    private static final int MAX_STARTUP = 10_000;
    private static final int CHUNK = 8_192;

    private final List<ClientMessage> heard = new CopyOnWriteArrayList<>();
    private final Socket accepted;
    private Socket socket;
    private int piece = Integer.MAX_VALUE;
    private boolean begun;
    private @Nullable ClientMessage last;

    Conversation(Socket accepted) {
        this.accepted = accepted;
        this.socket = accepted;
    }

    List<ClientMessage> heard() {
        return List.copyOf(heard);
    }

    /** The last message that was read. */
    ClientMessage last() {
        if (last == null) {
            throw new IllegalStateException("the client has said nothing yet");
        }
        return last;
    }

    void sendInPiecesOf(int bytes) throws IOException {
        socket.setTcpNoDelay(true);
        piece = bytes;
    }

    void say(byte[] bytes) throws IOException {
        OutputStream out = socket.getOutputStream();
        for (int from = 0; from < bytes.length; from += Math.min(piece, bytes.length - from)) {
            out.write(bytes, from, Math.min(piece, bytes.length - from));
            out.flush();
        }
    }

    /** Goes on encrypted. */
    void encrypt(SSLContext context) throws IOException {
        SSLSocket encrypted = (SSLSocket) context.getSocketFactory().createSocket(socket, null, socket.getPort(), true);
        encrypted.setUseClientMode(false);
        encrypted.startHandshake();
        socket = encrypted;
    }

    /** Hears whatever comes, until the client leaves. */
    void listen() throws IOException {
        byte[] chunk = new byte[CHUNK];
        for (int read = in().read(chunk); read >= 0; read = in().read(chunk)) {
            heard.add(new ClientMessage(ClientMessage.OPAQUE, Arrays.copyOf(chunk, read)));
        }
    }

    /** Blocks for the next message. */
    ClientMessage next() throws IOException {
        ClientMessage message = begun ? typed() : untyped();
        heard.add(message);
        last = message;
        return message;
    }

    private ClientMessage typed() throws IOException {
        int type = in().read();
        if (type < 0) {
            throw new EOFException("the client has left");
        }
        return new ClientMessage(
                (char) type, exactly(ByteBuffer.wrap(exactly(Integer.BYTES)).getInt() - Integer.BYTES));
    }

    private ClientMessage untyped() throws IOException {
        int length = ByteBuffer.wrap(exactly(Integer.BYTES)).getInt();
        if (length < MIN_STARTUP || length > MAX_STARTUP) {
            throw new IOException("a first message of " + length + " bytes");
        }
        byte[] body = exactly(length - Integer.BYTES);
        return switch (ByteBuffer.wrap(body).getInt()) {
            case CODE_SSL -> new ClientMessage(ClientMessage.ENCRYPTION_REQUEST, body);
            case CODE_CANCEL -> new ClientMessage(ClientMessage.CANCEL_REQUEST, body);
            default -> {
                begun = true;
                yield new ClientMessage(ClientMessage.STARTUP, body);
            }
        };
    }

    private byte[] exactly(int length) throws IOException {
        byte[] bytes = in().readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("the client has left");
        }
        return bytes;
    }

    private InputStream in() throws IOException {
        return socket.getInputStream();
    }

    @Override
    public void close() throws IOException {
        accepted.close();
    }
}
