package org.reactivesessions.postgres;

import io.netty.buffer.ByteBuf;
import io.r2dbc.spi.R2dbcException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One log-in as the server conducts it, which is given up before anything is sent that the server is not to get: the driver
 * answers whatever it is asked. One for each channel; runs on its event loop.
 */
final class LogIn {

    /** As libpq has it, for whoever has not shown yet who he is. */
    private static final int LONGEST_REQUEST = 2_000;

    /** The same, with room for what a server says around an error. */
    private static final int LONGEST_ERROR = 65_536;

    private static final String SCRAM = "SCRAM-SHA-256";

    private static final int OK = 0;
    private static final int CLEAR_TEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;

    private final WireLimits limits;
    private final boolean clearTextIsSafe;
    private Stage stage = Stage.BEGUN;
    private @Nullable ByteBuffer request;

    private enum Stage {
        BEGUN,
        PASSWORD_ASKED,
        SCRAM_ASKED,
        SCRAM_CONTINUED,
        SCRAM_ENDED,
        OVER
    }

    /** @param clearTextIsSafe whether nobody but the server can read what is sent, or nobody minds */
    LogIn(WireLimits limits, boolean clearTextIsSafe) {
        this.limits = limits;
        this.clearTextIsSafe = clearTextIsSafe;
    }

    /** Whether the user is in. */
    boolean isOver() {
        return stage == Stage.OVER;
    }

    /**
     * The header of a message has come.
     *
     * @param body how much is to come behind it
     * @return why the connection is to be closed, or {@code null}
     */
    @Nullable
    R2dbcException begins(byte type, int body) {
        int longest = switch (type) {
            case 'R', 'v' -> LONGEST_REQUEST;
            case 'E', 'N' -> LONGEST_ERROR;
            default -> -1;
        };
        if (body > longest) {
            return MessageRefusedException.malformed(
                    MessageRefusedException.message(type, body + Integer.BYTES) + " in the log-in");
        }
        request = type == 'R' ? ByteBuffer.allocate(body) : null;
        return null;
    }

    /** A part of its body has come. */
    void takes(ByteBuf bytes, int from, int length) {
        if (request != null) {
            bytes.getBytes(from, request.limit(request.position() + length));
        }
    }

    /**
     * All of it has come.
     *
     * @return why the connection is to be closed, or {@code null}
     */
    @Nullable
    R2dbcException ends() {
        ByteBuffer asked = request;
        request = null;
        if (asked == null) {
            return null;
        }
        asked.flip();
        return asked.remaining() < Integer.BYTES ? outOfOrder("a request without a code") : asks(asked.getInt(), asked);
    }

    private @Nullable R2dbcException asks(int code, ByteBuffer rest) {
        return switch (code) {
            case OK -> letsIn();
            case CLEAR_TEXT -> password(AuthenticationMethod.PASSWORD, "the password in clear text");
            case MD5 -> password(AuthenticationMethod.MD5, "an MD5 digest of the password");
            case SASL -> offers(text(rest));
            case SASL_CONTINUE -> continues(text(rest));
            case SASL_FINAL ->
                moves(Stage.SCRAM_CONTINUED, Stage.SCRAM_ENDED, "the end of an exchange that was not under way");
            default ->
                new ServerNotTrustedException(
                        "the server asks for a kind of authentication that the driver does not know"
                                + " (number " + code
                                + ", GSSAPI, SSPI or Kerberos); nothing was sent. Let pg_hba.conf say"
                                + " scram-sha-256 for this user");
        };
    }

    private static String text(ByteBuffer rest) {
        return StandardCharsets.UTF_8.decode(rest).toString();
    }

    private @Nullable R2dbcException letsIn() {
        if (stage == Stage.SCRAM_ASKED || stage == Stage.SCRAM_CONTINUED) {
            return outOfOrder("\"you are in\" without proof that it knows the password too");
        }
        if (stage == Stage.BEGUN && !limits.allows(AuthenticationMethod.NONE)) {
            return notAllowed(AuthenticationMethod.NONE, "nothing");
        }
        stage = Stage.OVER;
        return null;
    }

    private @Nullable R2dbcException password(AuthenticationMethod method, String what) {
        if (!limits.allows(method)) {
            return notAllowed(method, what);
        }
        if (method == AuthenticationMethod.PASSWORD && !clearTextIsSafe) {
            return new ServerNotTrustedException(
                    "the server asks for " + what + ", and somebody else could read it; it was"
                            + " not sent. Set sslMode VERIFY_FULL (sslmode=verify-full), or say insecure() if that is meant");
        }
        return moves(Stage.BEGUN, Stage.PASSWORD_ASKED, "a second request");
    }

    private @Nullable R2dbcException offers(String mechanisms) {
        if (!limits.allows(AuthenticationMethod.SCRAM_SHA_256)) {
            return notAllowed(AuthenticationMethod.SCRAM_SHA_256, "an exchange by SCRAM");
        }
        List<String> names = List.of(mechanisms.split("\0"));
        if (!names.contains(SCRAM)
                || names.stream().anyMatch(LogIn::isOtherScram)) { // the driver would take one of those
            return new ServerNotTrustedException(
                    "the server offers a kind of authentication that the driver does not know,"
                            + " or that is not SCRAM-SHA-256; nothing was sent. Let pg_hba.conf say scram-sha-256 for this user");
        }
        return moves(Stage.BEGUN, Stage.SCRAM_ASKED, "a second request");
    }

    private static boolean isOtherScram(String mechanism) {
        return mechanism.startsWith("SCRAM-") && !mechanism.equals(SCRAM) && !mechanism.equals(SCRAM + "-PLUS");
    }

    /** What is asked for is computed on the event loop, which has other connections too. */
    private @Nullable R2dbcException continues(String firstOfServer) {
        for (String attribute : firstOfServer.split(",", -1)) {
            if (attribute.startsWith("i=") && !isWithin(attribute.substring(2))) {
                return new ServerNotTrustedException("the server asks for more than " + limits.scramIterations()
                        + " iterations of SCRAM, which would keep an event loop busy; it was not done. If the server is meant"
                        + " to, raise maxScramIterations (max-scram-iterations), or lower scram_iterations there and set the"
                        + " password again");
            }
        }
        return moves(Stage.SCRAM_ASKED, Stage.SCRAM_CONTINUED, "a part of an exchange that was not under way");
    }

    private boolean isWithin(String iterations) {
        try {
            int number = Integer.parseInt(iterations);
            return number > 0 && number <= limits.scramIterations();
        } catch (NumberFormatException beyond) {
            return false;
        }
    }

    private @Nullable R2dbcException moves(Stage from, Stage to, String otherwise) {
        if (stage != from) {
            return outOfOrder(otherwise);
        }
        stage = to;
        return null;
    }

    private R2dbcException notAllowed(AuthenticationMethod method, String what) {
        return new ServerNotTrustedException("the server asks for " + what + " (" + method
                + "), which requireAuth does not allow (" + WireLimits.text(limits.methods())
                + "); no password was sent. If the server is meant to"
                + (method == AuthenticationMethod.PASSWORD ? ", as it is with tokens of a cloud provider" : "")
                + ", add it: require_auth=" + WireLimits.text(limits.methods()) + "," + method);
    }

    private static R2dbcException outOfOrder(String what) {
        return MessageRefusedException.malformed(what + " in the log-in");
    }
}
