package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LoopbackTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "localhost",
                "LocalHost",
                "127.0.0.1",
                "127.9.8.7",
                "::1",
                "[::1]",
                "0:0:0:0:0:0:0:1",
                "::ffff:127.0.0.1"
            })
    void thisMachineMustBeKnown(String host) {
        assertThat(Loopback.is(host)).isTrue();
    }

    /** Whatever they may resolve to. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "db.example",
                "localhost.example",
                "notlocalhost",
                "localhost.",
                "127.0.0.1.example",
                "127.1",
                "10.0.0.1",
                "0.0.0.0",
                "128.0.0.1",
                "::2",
                "[::]",
                "::ffff:10.0.0.1",
                "2130706433"
            })
    void everythingElseMustBeSomewhereElse(String host) {
        assertThat(Loopback.is(host)).isFalse();
    }
}
