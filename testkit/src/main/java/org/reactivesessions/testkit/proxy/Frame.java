package org.reactivesessions.testkit.proxy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * One message as it came off the wire, with the moment it was complete.
 *
 * <p>Immutable by convention: nobody writes to the bytes once the frame is made. Messages without a type byte have one
 * of the types defined here.
 */
final class Frame {

    /** Start-up message of a client. */
    static final char STARTUP = '\u0001';
    /** Request for encryption (SSL or GSS), before the start-up. */
    static final char ENCRYPTION_REQUEST = '\u0002';
    /** Request to cancel a statement of another connection. */
    static final char CANCEL_REQUEST = '\u0003';
    /** The server's single byte that answers a request for encryption. */
    static final char ENCRYPTION_ANSWER = '\u0004';
    /** A piece of a stream that cannot be read, because it is encrypted. */
    static final char OPAQUE = '\u0005';

    private static final int HEADER = 5;

    private final Direction direction;
    private final char type;
    private final byte[] bytes;
    private final long arrivalNanos;

    Frame(Direction direction, char type, byte[] bytes) {
        this(direction, type, bytes, System.nanoTime());
    }

    private Frame(Direction direction, char type, byte[] bytes, long arrivalNanos) {
        this.direction = direction;
        this.type = type;
        this.bytes = bytes;
        this.arrivalNanos = arrivalNanos;
    }

    /** The same message with a text for its whole body. */
    Frame withText(String text) {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        ByteBuffer message = ByteBuffer.allocate(HEADER + body.length + 1);
        message.put((byte) type)
                .putInt(Integer.BYTES + body.length + 1)
                .put(body)
                .put((byte) 0);
        return new Frame(direction, type, message.array(), arrivalNanos);
    }

    /** The same message, which says another length of itself. */
    Frame withLength(int length) {
        byte[] lying = bytes.clone();
        ByteBuffer.wrap(lying).putInt(1, length);
        return new Frame(direction, type, lying, arrivalNanos);
    }

    /** The same message with one byte of it inverted. */
    Frame withInverted(int index) {
        byte[] corrupted = bytes.clone();
        corrupted[index] = (byte) ~corrupted[index];
        return new Frame(direction, type, corrupted, arrivalNanos);
    }

    Direction direction() {
        return direction;
    }

    char type() {
        return type;
    }

    /** The whole message, type and length included; not to be written to. */
    byte[] bytes() {
        return bytes;
    }

    int length() {
        return bytes.length;
    }

    /** {@link System#nanoTime()} of the arrival. */
    long arrivalNanos() {
        return arrivalNanos;
    }

    boolean is(Direction wantedDirection, char wantedType) {
        return direction == wantedDirection && type == wantedType;
    }

    /** The zero-terminated text at a position of the body, and no further than the message goes. */
    String textAt(int position) {
        int start = Math.min(HEADER + position, bytes.length);
        int end = start;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return new String(bytes, start, end - start, StandardCharsets.UTF_8);
    }

    /** Position of the body just after the zero-terminated text that starts at a position. */
    int afterText(int position) {
        int end = HEADER + position;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        return end + 1 - HEADER;
    }

    /** The byte at a position of the body, zero if the message is shorter. */
    char byteAt(int position) {
        int index = HEADER + position;
        return index < bytes.length ? (char) (bytes[index] & 0xFF) : 0;
    }

    static String nameOf(char type) {
        return switch (type) {
            case STARTUP -> "startup";
            case ENCRYPTION_REQUEST -> "encryption request";
            case CANCEL_REQUEST -> "cancel request";
            case ENCRYPTION_ANSWER -> "encryption answer";
            case OPAQUE -> "encrypted bytes";
            default -> "'" + type + "'";
        };
    }
}
