package org.reactivesessions.testkit.proxy;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The cutter of one direction's byte stream into frames.
 *
 * <p>Not thread-safe: one thread reads. The two readers of a link share an {@link EncryptionTalk}, because a client that
 * asked for encryption goes on in a way only the server's answer tells.
 */
final class FrameReader {

    private static final int CODE_CANCEL = 80_877_102;
    private static final int CODE_SSL = 80_877_103;
    private static final int CODE_GSS = 80_877_104;
    /** A message that begins with its length cannot begin so; TLS does, where it is not asked for first. */
    private static final int TLS_HANDSHAKE = 22;

    private static final int MIN_STARTUP = 8;
    private static final int MAX_STARTUP = 10_000;
    private static final int MIN_LENGTH = 4;
    private static final int CHUNK = 16_384;

    private enum Phase {
        STARTUP,
        TYPED,
        OPAQUE
    }

    private final Direction direction;
    private final InputStream in;
    private final EncryptionTalk encryption;
    private Phase phase;
    private boolean asked;

    FrameReader(Direction direction, InputStream in, EncryptionTalk encryption) {
        this.direction = direction;
        this.in = in;
        this.encryption = encryption;
        this.phase = direction == Direction.CLIENT ? Phase.STARTUP : Phase.TYPED;
    }

    /**
     * Blocks for the next frame.
     *
     * @return the next frame, or null at the end of the stream
     * @throws IOException if the stream fails, ends within a frame or is not of the protocol
     */
    @Nullable
    Frame next() throws IOException, InterruptedException {
        if (asked) {
            asked = false;
            phase = encryption.awaitAnswer() ? Phase.OPAQUE : Phase.STARTUP;
        }
        return switch (phase) {
            case STARTUP -> startup();
            case TYPED -> typed();
            case OPAQUE -> opaque();
        };
    }

    private @Nullable Frame startup() throws IOException {
        int first = in.read();
        if (first < 0) {
            return null;
        }
        if (first == TLS_HANDSHAKE) {
            encryption.begunDirectly();
            return encryptedFrom((byte) first);
        }
        byte[] head = exactly(MIN_STARTUP, (byte) first);
        ByteBuffer buffer = ByteBuffer.wrap(head);
        int length = buffer.getInt();
        int code = buffer.getInt();
        if (length < MIN_STARTUP || length > MAX_STARTUP) {
            throw new IOException("a start-up message of " + length + " bytes");
        }
        byte[] bytes = append(head, length - MIN_STARTUP);
        switch (code) {
            case CODE_SSL, CODE_GSS -> {
                asked = true;
                encryption.asked();
                return new Frame(direction, Frame.ENCRYPTION_REQUEST, bytes);
            }
            case CODE_CANCEL -> {
                phase = Phase.OPAQUE;
                return new Frame(direction, Frame.CANCEL_REQUEST, bytes);
            }
            default -> {
                phase = Phase.TYPED;
                return new Frame(direction, Frame.STARTUP, bytes);
            }
        }
    }

    private @Nullable Frame typed() throws IOException {
        int type = in.read();
        if (direction == Direction.SERVER && encryption.isAwaited()) {
            boolean encrypted = type == 'S' || type == 'G';
            phase = encrypted ? Phase.OPAQUE : Phase.TYPED;
            encryption.answered(encrypted);
            if (encrypted || type == 'N') {
                return new Frame(direction, Frame.ENCRYPTION_ANSWER, new byte[] {(byte) type});
            }
        }
        if (type < 0) {
            return null;
        }
        if (encryption.isDirect()) {
            return encryptedFrom((byte) type);
        }
        byte[] head = exactly(1 + MIN_LENGTH, (byte) type);
        int length = ByteBuffer.wrap(head, 1, MIN_LENGTH).getInt();
        if (length < MIN_LENGTH) {
            throw new IOException("a message '" + (char) type + "' of " + length + " bytes");
        }
        return new Frame(direction, (char) type, append(head, length - MIN_LENGTH));
    }

    /** The beginning of a stream that is encrypted from its first byte on. */
    private Frame encryptedFrom(byte first) {
        phase = Phase.OPAQUE;
        return new Frame(direction, Frame.OPAQUE, new byte[] {first});
    }

    private @Nullable Frame opaque() throws IOException {
        byte[] chunk = new byte[CHUNK];
        int read = in.read(chunk);
        return read < 0 ? null : new Frame(direction, Frame.OPAQUE, Arrays.copyOf(chunk, read));
    }

    private byte[] exactly(int length, byte first) throws IOException {
        byte[] bytes = new byte[length];
        bytes[0] = first;
        if (in.readNBytes(bytes, 1, length - 1) < length - 1) {
            throw new EOFException("the stream ends within the head of a message");
        }
        return bytes;
    }

    /** Reads in pieces, so that a lie about the length costs no memory. */
    private byte[] append(byte[] head, int length) throws IOException {
        byte[] body = in.readNBytes(length);
        if (body.length < length) {
            throw new EOFException("the stream ends within a message");
        }
        byte[] all = Arrays.copyOf(head, head.length + length);
        System.arraycopy(body, 0, all, head.length, length);
        return all;
    }
}
