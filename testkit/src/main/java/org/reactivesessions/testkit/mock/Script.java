package org.reactivesessions.testkit.mock;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;

/**
 * What a server does with each client, one step after the other; behind the last one it closes the connection. A client that
 * says something else than the script expects is a {@linkplain MockServer#close() failure of the test}; one that leaves is not.
 * Immutable and therefore thread-safe.
 *
 * @since 0.1.0
 */
public final class Script {

    private static final Script EMPTY = new Script(List.of());
    private static final Pattern NONCE = Pattern.compile("(?s).*,r=([^,]+).*");

    /** One step. */
    interface Step {
        void run(Conversation client) throws IOException;
    }

    private final List<Step> steps;

    private Script(List<Step> steps) {
        this.steps = steps;
    }

    /**
     * Begins with nothing: whoever connects is disconnected.
     *
     * @return an empty script
     */
    public static Script empty() {
        return EMPTY;
    }

    private Script then(Step step) {
        List<Step> more = new ArrayList<>(steps);
        more.add(step);
        return new Script(List.copyOf(more));
    }

    void run(Conversation client) throws IOException {
        for (Step step : steps) {
            step.run(client);
        }
    }

    private Script expect(char type, String what) {
        return then(client -> {
            ClientMessage message = client.next();
            if (message.type() != type) {
                throw new AssertionError("expected " + what + ", but the client said " + message);
            }
        });
    }

    /**
     * Waits for a request for encryption.
     *
     * @return a longer script
     */
    public Script expectEncryptionRequest() {
        return expect(ClientMessage.ENCRYPTION_REQUEST, "a request for encryption");
    }

    /**
     * Waits for a start-up message.
     *
     * @return a longer script
     */
    public Script expectStartup() {
        return expect(ClientMessage.STARTUP, "a start-up message");
    }

    /**
     * Waits for a password, or for a part of an exchange that stands for one.
     *
     * @return a longer script
     */
    public Script expectPassword() {
        return expect('p', "a password");
    }

    /**
     * Waits for a query.
     *
     * @param regex pattern to be found in its SQL, ignoring case
     * @return a longer script
     */
    public Script expectQuery(String regex) {
        Pattern pattern = Pattern.compile(regex, Pattern.CASE_INSENSITIVE);
        return then(client -> {
            ClientMessage message = client.next();
            if (message.type() != 'Q' || !pattern.matcher(message.text()).find()) {
                throw new AssertionError("expected a query like /" + regex + "/, but the client said " + message);
            }
        });
    }

    /**
     * Says something, in one write if it is not told to do otherwise.
     *
     * @param messages what, in order
     * @return a longer script
     */
    public Script send(ServerMessage... messages) {
        byte[] all = joined(List.of(messages));
        return then(client -> client.say(all));
    }

    /**
     * Says the server's first message of SCRAM, behind the client's.
     *
     * @param iterations how often the password is to be hashed
     * @return a longer script
     */
    public Script sendScramFirst(int iterations) {
        return then(client -> {
            Matcher nonce = NONCE.matcher(new String(client.last().body(), StandardCharsets.UTF_8));
            if (!nonce.matches()) {
                throw new AssertionError("expected the first message of SCRAM, but the client said " + client.last());
            }
            client.say(ServerMessage.authenticationSaslContinue(
                            "r=" + nonce.group(1) + "of-the-server,s=c2FsdHNhbHRzYWx0c2E=,i=" + iterations)
                    .bytes());
        });
    }

    /**
     * From here on, says everything in pieces.
     *
     * @param bytes how many at a time, at least 1
     * @return a longer script
     */
    public Script inPiecesOf(int bytes) {
        if (bytes < 1) {
            throw new IllegalArgumentException("a piece must be at least 1 byte, but was " + bytes);
        }
        return then(client -> client.sendInPiecesOf(bytes));
    }

    /**
     * Goes on encrypted, which the client has to have asked for and been told.
     *
     * @param context with the certificate that is shown
     * @return a longer script
     */
    public Script encrypt(SSLContext context) {
        Objects.requireNonNull(context, "context must not be null");
        return then(client -> client.encrypt(context));
    }

    /**
     * Waits for a start-up message and lets the client in, who need not prove anything.
     *
     * @return a longer script
     */
    public Script letIn() {
        return expectStartup().send(ServerMessage.authenticationOk()).greet();
    }

    /**
     * Says what a server says behind AuthenticationOk.
     *
     * @return a longer script
     */
    public Script greet() {
        return send(
                ServerMessage.parameterStatus("server_version", "18.0"),
                ServerMessage.parameterStatus("client_encoding", "UTF8"),
                ServerMessage.parameterStatus("integer_datetimes", "on"),
                ServerMessage.backendKeyData(1, 2),
                ServerMessage.readyForQuery('I'));
    }

    /**
     * Answers queries until the client leaves. Only simple queries: another message is a failure of the test, except the one
     * by which a client says that it leaves.
     *
     * @param answers what is answered
     * @return a script that has its end
     */
    public Script serve(Answers answers) {
        Objects.requireNonNull(answers, "answers must not be null");
        return then(client -> {
            for (ClientMessage message = client.next(); message.type() != 'X'; message = client.next()) {
                if (message.type() != 'Q') {
                    throw new AssertionError("expected a simple query, but the client said " + message);
                }
                Answers.Answer answer = answers.answer(message.text());
                client.say(joined(answer.said()));
                if (answer.last()) {
                    return;
                }
            }
        });
    }

    /**
     * Hears everything and says nothing, until the client leaves.
     *
     * @return a script that has its end
     */
    public Script fallSilent() {
        return then(Conversation::listen);
    }

    private static byte[] joined(List<ServerMessage> messages) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        messages.forEach(message -> all.writeBytes(message.bytes()));
        return all.toByteArray();
    }
}
