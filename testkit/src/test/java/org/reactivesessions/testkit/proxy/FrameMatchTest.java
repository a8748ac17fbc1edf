package org.reactivesessions.testkit.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.Test;

class FrameMatchTest {

    private static final Frame QUERY = new Frame(Direction.CLIENT, 'Q', WireClient.query("COMMIT"));

    @Test
    void sideTypeAndSqlMustAllFit() {
        assertThat(FrameMatch.fromClient().matches(QUERY, "COMMIT")).isTrue();
        assertThat(FrameMatch.fromClient('P', 'Q').sql("^commit$").matches(QUERY, "COMMIT"))
                .isTrue();
        assertThat(FrameMatch.fromClient('P').matches(QUERY, "COMMIT")).isFalse();
        assertThat(FrameMatch.fromClient('Q').sql("^ROLL").matches(QUERY, "COMMIT"))
                .isFalse();
        assertThat(FrameMatch.fromServer('Q').matches(QUERY, "COMMIT")).isFalse();
    }

    @Test
    void descriptionsMustReadAsSentences() {
        assertThat(FrameMatch.fromClient('Q', 'P').sql("^COMMIT").nth(2))
                .hasToString("occurrence 2 of 'Q' or 'P' from the client with SQL /^COMMIT/");
        assertThat(FrameMatch.fromServer().answering("x")).hasToString("any frame from the server answering /x/");
        assertThat(FrameMatch.fromServer('E').containing("C23505"))
                .hasToString("'E' from the server containing /C23505/");
        assertThat(FrameMatch.startup()).hasToString("startup from the client");
        assertThat(FrameMatch.encryptionRequest()).hasToString("encryption request from the client");
        assertThat(FrameMatch.encryptionAnswer()).hasToString("encryption answer from the server");
        assertThat(FrameMatch.cancelRequest()).hasToString("cancel request from the client");
        assertThat(FrameMatch.fromServer(Frame.OPAQUE)).hasToString("encrypted bytes from the server");
    }

    @Test
    void mistakesMustFailAtOnce() {
        assertThatThrownBy(() -> FrameMatch.fromClient('Q').answering("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("say sql(...) instead");
        assertThatThrownBy(() -> FrameMatch.fromServer('Z').sql("x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("say answering(...) instead");
        assertThatThrownBy(() -> FrameMatch.fromClient('Q').nth(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("occurrence must be >= 1, but was 0");
        assertThatThrownBy(() -> FrameMatch.fromClient('Q').sql("(")).isInstanceOf(PatternSyntaxException.class);
    }

    @Test
    void aFrameThatEndsEarlyMustBeReadNoFurther() {
        Frame truncated = new Frame(Direction.CLIENT, 'P', WireClient.frame('P', new byte[] {'a'}));
        assertThat(truncated.textAt(0)).isEqualTo("a");
        assertThat(truncated.textAt(truncated.afterText(0))).isEmpty();
        assertThat((int) truncated.byteAt(7)).isZero();
        assertThat(new Conversation().sqlOf(truncated)).isEmpty();
    }
}
