package org.reactivesessions.testkit.proxy;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A description of the frames a rule is about: side, message types, SQL and which occurrence.
 *
 * <p>Types are the type bytes of the PostgreSQL protocol, such as {@code 'Q'} (Query) or {@code 'Z'} (ReadyForQuery).
 * Without further words every frame of the side matches. Patterns are found anywhere in the SQL, ignoring case. A frame
 * of the client has the SQL of its statement, also where it only names it (Bind, Describe, Execute); a frame of the
 * server has the SQL of the exchange it answers, which in the extended protocol is that of the last Bind or Parse before
 * Sync. Immutable and therefore thread-safe.
 *
 * @since 0.1.0
 */
public final class FrameMatch {

    private static final int EVERY = 0;

    private final Direction direction;
    private final String types;
    private final @Nullable Pattern sql;
    private final @Nullable Pattern content;
    private final int nth;

    private FrameMatch(Direction direction, String types, @Nullable Pattern sql, @Nullable Pattern content, int nth) {
        this.direction = direction;
        this.types = types;
        this.sql = sql;
        this.content = content;
        this.nth = nth;
    }

    /**
     * Frames from the client.
     *
     * @param types message types; none means any frame, start-up and cancel requests included
     * @return a match of every such frame
     */
    public static FrameMatch fromClient(char... types) {
        return new FrameMatch(Direction.CLIENT, new String(types), null, null, EVERY);
    }

    /**
     * Frames from the server.
     *
     * @param types message types; none means any frame
     * @return a match of every such frame
     */
    public static FrameMatch fromServer(char... types) {
        return new FrameMatch(Direction.SERVER, new String(types), null, null, EVERY);
    }

    /**
     * Start-up messages of clients.
     *
     * @return a match of every start-up message
     */
    public static FrameMatch startup() {
        return fromClient(Frame.STARTUP);
    }

    /**
     * Requests for encryption (SSL or GSS), which come before the start-up.
     *
     * @return a match of every such request
     */
    public static FrameMatch encryptionRequest() {
        return fromClient(Frame.ENCRYPTION_REQUEST);
    }

    /**
     * The server's single byte that answers a request for encryption.
     *
     * @return a match of every such answer
     */
    public static FrameMatch encryptionAnswer() {
        return fromServer(Frame.ENCRYPTION_ANSWER);
    }

    /**
     * Requests to cancel a statement, each of which comes by a connection of its own.
     *
     * @return a match of every such request
     */
    public static FrameMatch cancelRequest() {
        return fromClient(Frame.CANCEL_REQUEST);
    }

    /**
     * Pieces of what a client sends on an encrypted link, as they happen to arrive.
     *
     * @return a match of every such piece
     */
    public static FrameMatch encryptedFromClient() {
        return fromClient(Frame.OPAQUE);
    }

    /**
     * Pieces of what the server sends on an encrypted link, as they happen to arrive.
     *
     * @return a match of every such piece
     */
    public static FrameMatch encryptedFromServer() {
        return fromServer(Frame.OPAQUE);
    }

    /**
     * The same, but only frames about certain SQL.
     *
     * @param regex pattern to be found in the statement of a frame of the client
     * @return the narrower match
     * @throws IllegalArgumentException if this matches frames of the server, or the pattern is malformed
     */
    public FrameMatch sql(String regex) {
        if (direction != Direction.CLIENT) {
            throw new IllegalArgumentException("sql(...) is about frames of the client; say answering(...) instead");
        }
        return with(regex);
    }

    /**
     * The same, but only frames that answer certain SQL.
     *
     * @param regex pattern to be found in the SQL of the exchange a frame of the server answers
     * @return the narrower match
     * @throws IllegalArgumentException if this matches frames of the client, or the pattern is malformed
     */
    public FrameMatch answering(String regex) {
        if (direction != Direction.SERVER) {
            throw new IllegalArgumentException("answering(...) is about frames of the server; say sql(...) instead");
        }
        return with(regex);
    }

    /**
     * The same, but only frames with a certain content, such as an SQLSTATE in an error or the tag of a command.
     *
     * @param regex pattern to be found in the frame, each byte of it taken for a character
     * @return the narrower match
     * @throws IllegalArgumentException if the pattern is malformed
     */
    public FrameMatch containing(String regex) {
        return new FrameMatch(direction, types, sql, Pattern.compile(regex, Pattern.DOTALL), nth);
    }

    /**
     * The same, but only one frame: the nth that matches, counted over all links since the rule was made.
     *
     * @param occurrence which one; {@code 1} is the first
     * @return the narrower match
     * @throws IllegalArgumentException if the occurrence is less than 1
     */
    public FrameMatch nth(int occurrence) {
        if (occurrence < 1) {
            throw new IllegalArgumentException("occurrence must be >= 1, but was " + occurrence);
        }
        return new FrameMatch(direction, types, sql, content, occurrence);
    }

    private FrameMatch with(String regex) {
        return new FrameMatch(direction, types, Pattern.compile(regex, Pattern.CASE_INSENSITIVE), content, nth);
    }

    /** Whether a frame is of this kind, whatever its occurrence. */
    boolean matches(Frame frame, String itsSql) {
        return frame.direction() == direction
                && (types.isEmpty() || types.indexOf(frame.type()) >= 0)
                && (sql == null || sql.matcher(itsSql).find())
                && (content == null
                        || content.matcher(new String(frame.bytes(), StandardCharsets.ISO_8859_1))
                                .find());
    }

    /** Whether a frame may hide, because it is encrypted, what is looked for. */
    boolean isBlindTo(Frame frame) {
        boolean afterEncryption = types.isEmpty()
                ? sql != null
                : types.chars()
                        .allMatch(type -> type != Frame.OPAQUE
                                && type != Frame.ENCRYPTION_REQUEST
                                && type != Frame.ENCRYPTION_ANSWER);
        return afterEncryption && frame.is(direction, Frame.OPAQUE);
    }

    /** Whether only Query messages are of this kind. */
    boolean isOfQueries() {
        return direction == Direction.CLIENT && types.equals("Q");
    }

    /** Whether the given occurrence is meant. */
    boolean means(int occurrence) {
        return nth == EVERY || nth == occurrence;
    }

    @Override
    public String toString() {
        String kinds = types.isEmpty()
                ? "any frame"
                : types.chars().mapToObj(type -> Frame.nameOf((char) type)).collect(Collectors.joining(" or "));
        String about = sql == null ? "" : (direction == Direction.CLIENT ? " with SQL /" : " answering /") + sql + "/";
        String with = content == null ? "" : " containing /" + content + "/";
        return (nth == EVERY ? "" : "occurrence " + nth + " of ") + kinds + " from the " + direction + about + with;
    }
}
