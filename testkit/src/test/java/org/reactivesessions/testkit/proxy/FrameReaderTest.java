package org.reactivesessions.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.testkit.proxy.WireClient.body;
import static org.reactivesessions.testkit.proxy.WireClient.frame;
import static org.reactivesessions.testkit.proxy.WireClient.length;
import static org.reactivesessions.testkit.proxy.WireClient.query;
import static org.reactivesessions.testkit.proxy.WireClient.text;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class FrameReaderTest {

    private static final byte[] SSL_REQUEST = body(length(8), length(80_877_103));
    private static final byte[] GSS_REQUEST = body(length(8), length(80_877_104));
    private static final byte[] STARTUP = body(length(9), length(196_608), new byte[1]);

    private final EncryptionTalk talk = new EncryptionTalk();

    @Test
    void aPlainConversationMustBeCutIntoFrames() throws Exception {
        assertThat(types(reader(Direction.CLIENT, body(STARTUP, query("SELECT 1"), frame('X')))))
                .containsExactly(Frame.STARTUP, 'Q', 'X');
        assertThat(types(reader(Direction.SERVER, body(frame('R', length(0)), frame('Z', text("")), frame('C')))))
                .containsExactly('R', 'Z', 'C');
    }

    @Test
    void aDeclinedRequestForEncryptionMustLeadToAPlainStart() throws Exception {
        FrameReader client = reader(Direction.CLIENT, body(GSS_REQUEST, SSL_REQUEST, STARTUP, frame('Q')));
        FrameReader server = reader(Direction.SERVER, body(text("NN").clone()));
        assertThat(type(client)).isEqualTo(Frame.ENCRYPTION_REQUEST);
        assertThat(type(server)).isEqualTo(Frame.ENCRYPTION_ANSWER);
        assertThat(type(client)).isEqualTo(Frame.ENCRYPTION_REQUEST);
        assertThat(type(server)).isEqualTo(Frame.ENCRYPTION_ANSWER);
        assertThat(types(client)).containsExactly(Frame.STARTUP, 'Q');
    }

    @Test
    void anEncryptedConversationMustBePassedUnread() throws Exception {
        FrameReader client = reader(Direction.CLIENT, body(SSL_REQUEST, text("client hello")));
        FrameReader server = reader(Direction.SERVER, text("Sserver hello"));
        assertThat(type(client)).isEqualTo(Frame.ENCRYPTION_REQUEST);
        assertThat(type(server)).isEqualTo(Frame.ENCRYPTION_ANSWER);
        assertThat(types(client)).containsExactly(Frame.OPAQUE);
        assertThat(types(server)).containsExactly(Frame.OPAQUE);
    }

    @Test
    void anErrorInsteadOfAnAnswerMustBeReadAsAMessage() throws Exception {
        FrameReader client = reader(Direction.CLIENT, body(SSL_REQUEST));
        FrameReader server = reader(Direction.SERVER, frame('E', text("go away")));
        assertThat(type(client)).isEqualTo(Frame.ENCRYPTION_REQUEST);
        assertThat(types(server)).containsExactly('E');
        assertThat(client.next()).isNull();
    }

    @Test
    void theEndOfTheServerMustSetAWaitingClientFree() throws Exception {
        FrameReader client = reader(Direction.CLIENT, SSL_REQUEST);
        FrameReader server = reader(Direction.SERVER, new byte[0]);
        assertThat(type(client)).isEqualTo(Frame.ENCRYPTION_REQUEST);
        assertThat(server.next()).isNull();
        assertThat(client.next()).isNull();
    }

    @Test
    void nonsenseMustBeRefused() {
        assertThatThrownBy(reader(Direction.CLIENT, body(length(7), length(0)))::next)
                .isInstanceOf(IOException.class)
                .hasMessage("a start-up message of 7 bytes");
        assertThatThrownBy(reader(Direction.CLIENT, body(length(10_001), length(0)))::next)
                .hasMessage("a start-up message of 10001 bytes");
        assertThatThrownBy(reader(Direction.SERVER, body(new byte[] {'D'}, length(3)))::next)
                .hasMessage("a message 'D' of 3 bytes");
    }

    @Test
    void anEarlyEndMustBeAnError() {
        assertThatThrownBy(reader(Direction.CLIENT, new byte[3])::next)
                .isInstanceOf(EOFException.class)
                .hasMessage("the stream ends within the head of a message");
        assertThatThrownBy(reader(Direction.SERVER, body(new byte[] {'D'}, length(1 << 30)))::next)
                .isInstanceOf(EOFException.class)
                .hasMessage("the stream ends within a message");
    }

    private FrameReader reader(Direction direction, byte[] bytes) {
        return new FrameReader(direction, new ByteArrayInputStream(bytes), talk);
    }

    private static char type(FrameReader reader) throws Exception {
        Frame frame = reader.next();
        return frame == null ? ' ' : frame.type();
    }

    private static List<Character> types(FrameReader reader) throws Exception {
        List<Character> types = new ArrayList<>();
        for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
            types.add(frame.type());
        }
        return types;
    }
}
