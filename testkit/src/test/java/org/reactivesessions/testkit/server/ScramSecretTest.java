package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Base64;
import org.junit.jupiter.api.Test;

class ScramSecretTest {

    /** The example of RFC 7677, section 3. */
    @Test
    void itMustBeWhatAServerWouldKeep() {
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

        assertThat(ScramSecret.of("pencil", salt, 4_096))
                .isEqualTo("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
                        + "$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=");
    }

    @Test
    void aNumberThatIsNoneMustBeRefusedWithAWord() {
        assertThat(ServerStart.iterations("1")).isEqualTo(1);
        for (String wrong : new String[] {"0", "-1", "many", ""}) {
            assertThatThrownBy(() -> ServerStart.iterations(wrong))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("reactive-sessions.scram-iterations must be a number >= 1, but was '" + wrong
                            + "'. Leave it out for the server's own");
        }
    }
}
