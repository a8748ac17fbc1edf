package org.reactivesessions.testkit.mock;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Something a client has said. Immutable and therefore thread-safe.
 *
 * @since 0.1.0
 */
public final class ClientMessage {

    /** The type of a start-up message, which has none. */
    public static final char STARTUP = 1;

    /** The type of a request for encryption, which has none. */
    public static final char ENCRYPTION_REQUEST = 2;

    /** The type of a request to cancel, which has none. */
    public static final char CANCEL_REQUEST = 3;

    /** The type of bytes that are no message, such as those of an encryption nobody has answered. */
    public static final char OPAQUE = 4;

    private final char type;
    private final byte[] body;

    ClientMessage(char type, byte[] body) {
        this.type = type;
        this.body = body;
    }

    /**
     * Returns what kind of message it is.
     *
     * @return the type byte of the protocol, such as {@code 'p'}, or one of the constants here
     */
    public char type() {
        return type;
    }

    /**
     * Returns its content.
     *
     * @return what follows type and length, and of a message without a type its code; a copy
     */
    public byte[] body() {
        return body.clone();
    }

    /**
     * Returns its content as a text.
     *
     * @return up to the first zero; the SQL of a query
     */
    public String text() {
        int end = 0;
        while (end < body.length && body[end] != 0) {
            end++;
        }
        return new String(body, 0, end, StandardCharsets.UTF_8);
    }

    /**
     * Returns the parameters of a start-up message.
     *
     * @return by name, in their order
     * @throws IllegalStateException if it is none, or has a name without a value
     */
    public Map<String, String> parameters() {
        if (type != STARTUP) {
            throw new IllegalStateException("only a start-up message has parameters, but this is " + this);
        }
        Map<String, String> all = new LinkedHashMap<>();
        String[] texts =
                new String(body, Integer.BYTES, body.length - Integer.BYTES, StandardCharsets.UTF_8).split("\0", -1);
        // the last name is empty, which ends the message, and splitting leaves something empty behind it
        for (int i = 0; i < texts.length - 2; i += 2) {
            if (i + 1 >= texts.length - 1) {
                throw new IllegalStateException("a parameter without a value: " + texts[i]);
            }
            all.put(texts[i], texts[i + 1]);
        }
        return all;
    }

    /** The number it begins with. */
    int code() {
        return ByteBuffer.wrap(body).getInt();
    }

    @Override
    public String toString() {
        return switch (type) {
            case STARTUP -> "start-up";
            case ENCRYPTION_REQUEST -> "request for encryption";
            case CANCEL_REQUEST -> "request to cancel";
            case OPAQUE -> "bytes";
            case 'p' -> "'p'"; // whose content is a password
            default -> "'" + type + "' " + text();
        };
    }
}
