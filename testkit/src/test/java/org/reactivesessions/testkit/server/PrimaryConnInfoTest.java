package org.reactivesessions.testkit.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PrimaryConnInfoTest {

    @Test
    void theLineMustNameHostPortUserAndPassword() {
        assertThat(PrimaryConnInfo.line(new ServerAddress("127.0.0.1", 15432, "postgres", "secret", "postgres")))
                .isEqualTo("primary_conninfo = 'host=''127.0.0.1'' port=15432 user=''postgres'' password=''secret'''");
    }

    /** The connection string is {@code password='a\'b\\c d'}; the file doubles every quote and backslash of it. */
    @Test
    void quotesAndBackslashesMustBeQuotedInBothSyntaxes() {
        assertThat(PrimaryConnInfo.line(new ServerAddress("h", 1, "u", "a'b\\c d", "d")))
                .isEqualTo("primary_conninfo = 'host=''h'' port=1 user=''u'' password=''a\\\\''b\\\\\\\\c d'''");
    }
}
