package org.reactivesessions.testkit.mock;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Something a server says: a message of the PostgreSQL protocol, right or wrong, or bytes of any kind. Immutable and therefore
 * thread-safe.
 *
 * @since 0.1.0
 */
public final class ServerMessage {

    private static final int OK = 0;
    private static final int CLEAR_TEXT = 3;
    private static final int MD5 = 5;
    private static final int SASL = 10;
    private static final int SASL_CONTINUE = 11;
    private static final int SASL_FINAL = 12;
    private static final int OID_OF_TEXT = 25;

    private final byte[] bytes;

    private ServerMessage(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * Bytes as they are.
     *
     * @param bytes what is sent
     * @return what sends them
     */
    public static ServerMessage raw(byte... bytes) {
        return new ServerMessage(bytes.clone());
    }

    /**
     * A message of a true length.
     *
     * @param type its type, such as {@code 'D'}
     * @param body what follows its length
     * @return the message
     */
    public static ServerMessage of(char type, byte... body) {
        return ofLength(type, Integer.BYTES + body.length, body);
    }

    /**
     * A message that may lie about its length.
     *
     * @param type its type, such as {@code 'D'}
     * @param length what it says of its length, itself included and its type not
     * @param body what is sent behind that
     * @return the message
     */
    public static ServerMessage ofLength(char type, int length, byte... body) {
        return new ServerMessage(ByteBuffer.allocate(1 + Integer.BYTES + body.length)
                .put((byte) type)
                .putInt(length)
                .put(body)
                .array());
    }

    /**
     * A request for authentication, or the end of it.
     *
     * @param code its kind, as the protocol numbers them
     * @param rest what follows the code
     * @return the message
     */
    public static ServerMessage authentication(int code, byte... rest) {
        return of(
                'R',
                ByteBuffer.allocate(Integer.BYTES + rest.length)
                        .putInt(code)
                        .put(rest)
                        .array());
    }

    /**
     * AuthenticationOk.
     *
     * @return the message
     */
    public static ServerMessage authenticationOk() {
        return authentication(OK);
    }

    /**
     * AuthenticationCleartextPassword.
     *
     * @return the message
     */
    public static ServerMessage authenticationClearText() {
        return authentication(CLEAR_TEXT);
    }

    /**
     * AuthenticationMD5Password.
     *
     * @return the message, with a salt
     */
    public static ServerMessage authenticationMd5() {
        return authentication(MD5, (byte) 1, (byte) 2, (byte) 3, (byte) 4);
    }

    /**
     * AuthenticationSASL.
     *
     * @param mechanisms what is offered, such as {@code SCRAM-SHA-256}
     * @return the message
     */
    public static ServerMessage authenticationSasl(String... mechanisms) {
        return authentication(SASL, texts(mechanisms));
    }

    /**
     * AuthenticationSASLContinue.
     *
     * @param data such as the server's first message of SCRAM
     * @return the message
     */
    public static ServerMessage authenticationSaslContinue(String data) {
        return authentication(SASL_CONTINUE, data.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * AuthenticationSASLFinal.
     *
     * @param data such as the server's last message of SCRAM
     * @return the message
     */
    public static ServerMessage authenticationSaslFinal(String data) {
        return authentication(SASL_FINAL, data.getBytes(StandardCharsets.UTF_8));
    }

    /**
     * NegotiateProtocolVersion.
     *
     * @param minor the newest minor version that is spoken
     * @param options of the client that are not known
     * @return the message
     */
    public static ServerMessage negotiateProtocolVersion(int minor, String... options) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(ByteBuffer.allocate(2 * Integer.BYTES)
                .putInt(minor)
                .putInt(options.length)
                .array());
        for (String option : options) {
            body.writeBytes(text(option));
        }
        return of('v', body.toByteArray());
    }

    /**
     * ParameterStatus.
     *
     * @param name of the parameter
     * @param value its value
     * @return the message
     */
    public static ServerMessage parameterStatus(String name, String value) {
        return of('S', concatenated(text(name), text(value)));
    }

    /**
     * BackendKeyData.
     *
     * @param process its number
     * @param key what a request to cancel has to know
     * @return the message
     */
    public static ServerMessage backendKeyData(int process, int key) {
        return of(
                'K',
                ByteBuffer.allocate(2 * Integer.BYTES)
                        .putInt(process)
                        .putInt(key)
                        .array());
    }

    /**
     * ReadyForQuery.
     *
     * @param status {@code I}, {@code T} or {@code E}
     * @return the message
     */
    public static ServerMessage readyForQuery(char status) {
        return of('Z', (byte) status);
    }

    /**
     * CommandComplete.
     *
     * @param tag such as {@code COMMIT}
     * @return the message
     */
    public static ServerMessage commandComplete(String tag) {
        return of('C', text(tag));
    }

    /**
     * RowDescription, of columns that are all text.
     *
     * @param names of the columns
     * @return the message
     */
    public static ServerMessage rowDescription(String... names) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(
                ByteBuffer.allocate(Short.BYTES).putShort((short) names.length).array());
        for (String name : names) {
            body.writeBytes(text(name));
            body.writeBytes(ByteBuffer.allocate(18)
                    .putInt(0)
                    .putShort((short) 0)
                    .putInt(OID_OF_TEXT)
                    .putShort((short) -1)
                    .putInt(-1)
                    .putShort((short) 0)
                    .array());
        }
        return of('T', body.toByteArray());
    }

    /**
     * DataRow.
     *
     * @param values of the columns, as text
     * @return the message
     */
    public static ServerMessage dataRow(String... values) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(
                ByteBuffer.allocate(Short.BYTES).putShort((short) values.length).array());
        for (String value : values) {
            byte[] content = value.getBytes(StandardCharsets.UTF_8);
            body.writeBytes(
                    ByteBuffer.allocate(Integer.BYTES).putInt(content.length).array());
            body.writeBytes(content);
        }
        return of('D', body.toByteArray());
    }

    /**
     * ErrorResponse.
     *
     * @param severity such as {@code ERROR} or {@code FATAL}
     * @param state the SQLSTATE
     * @param message what is said
     * @return the message
     */
    public static ServerMessage error(String severity, String state, String message) {
        return of('E', fields(severity, state, message));
    }

    /**
     * NoticeResponse.
     *
     * @param severity such as {@code WARNING}
     * @param state the SQLSTATE
     * @param message what is said
     * @return the message
     */
    public static ServerMessage notice(String severity, String state, String message) {
        return of('N', fields(severity, state, message));
    }

    private static byte[] fields(String severity, String state, String message) {
        return concatenated(
                text("S" + severity), text("V" + severity), text("C" + state), text("M" + message), new byte[1]);
    }

    private static byte[] texts(String... texts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (String text : texts) {
            all.writeBytes(text(text));
        }
        all.write(0);
        return all.toByteArray();
    }

    private static byte[] text(String text) {
        return (text + '\0').getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] concatenated(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    /**
     * Returns what is sent.
     *
     * @return the bytes of it; a copy
     */
    public byte[] bytes() {
        return bytes.clone();
    }
}
