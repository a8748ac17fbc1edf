package org.reactivesessions.postgres;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import org.jspecify.annotations.Nullable;

/**
 * A server sent something that was not taken from it, which cost the connection: a message that is too long, or one that the
 * protocol does not know.
 */
final class MessageRefusedException extends R2dbcNonTransientResourceException {

    private static final long serialVersionUID = 1L;

    private final boolean byItsLength;

    private MessageRefusedException(String reason, boolean byItsLength, @Nullable Throwable cause) {
        super(reason, cause);
        this.byItsLength = byItsLength;
    }

    /** It may have been right, and is longer than it may be. */
    static MessageRefusedException tooLong(byte type, int length, int limit) {
        return new MessageRefusedException(
                "the server sent " + message(type, length) + ", and maxMessageSize allows " + limit
                        + ", so the connection was closed; a row is one message: ask for less in one, or raise"
                        + " maxMessageSize (max-message-size)",
                true,
                null);
    }

    /** Whoever sends it is no server, or out of step. */
    static MessageRefusedException malformed(String what) {
        return new MessageRefusedException(
                "the server sent " + what + ", which the protocol of PostgreSQL does not know, so the connection was"
                        + " closed; check that it is a PostgreSQL server",
                false,
                null);
    }

    /** A message, by its header. */
    static String message(byte type, int length) {
        String kind = type >= ' ' && type <= '~' ? "'" + (char) type + "'" : "number " + Byte.toUnsignedInt(type);
        return "a message " + kind + " of " + length + " bytes";
    }

    /** The same, told to the user of a scope in place of what the driver made of it. */
    MessageRefusedException in(String session, Throwable asTheDriverSaysIt) {
        return new MessageRefusedException(session + ": " + getMessage(), byItsLength, asTheDriverSaysIt);
    }

    /** Whether the same will happen on every other connection, to whoever asks for the same. */
    boolean isByItsLength() {
        return byItsLength;
    }
}
