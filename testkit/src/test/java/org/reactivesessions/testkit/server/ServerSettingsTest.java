package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;

class ServerSettingsTest {

    @Test
    void settingsOfTheCallerMustWinOverDefaults() {
        assertThat(new ServerSettings(Map.of("max_connections", "10", "work_mem", "1MB")).quoted())
                .containsEntry("max_connections", "10")
                .containsEntry("work_mem", "1MB")
                .containsEntry("synchronous_commit", "on")
                .containsEntry("listen_addresses", "127.0.0.1");
    }

    @Test
    void valuesMustReachTheServerThroughAShellUnharmed() {
        assertThat(new ServerSettings(Map.of("log_line_prefix", "%m $HOME 'x' ")).quoted())
                .containsEntry("log_line_prefix", "'%m $HOME '\\''x'\\'' '");
    }

    @Test
    void aNameThatIsNoneMustBeRefused() {
        assertThatThrownBy(() -> new ServerSettings(Map.of("a; b", "1")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("a server setting has a name such as 'work_mem', but this one is 'a; b'");
    }

    @Test
    void openingTheServerToOthersMustBeRefused() {
        assertThatThrownBy(() -> new ServerSettings(Map.of("listen_addresses", "*")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("listens on the loopback address only");
    }
}
