package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.AuthenticationMethod;
import org.reactivesessions.postgres.PostgresSessions;

/** The sample of the page about security. */
class SecurityTest {

    @Test
    void theSampleMustBeTaken(@TempDir Path directory) throws IOException {
        Path bundle = Files.createFile(directory.resolve("bundle.pem")); // nothing connects before it is used
        // spotless:off
        // tag::connect[]
        ReactiveSessions sessions = PostgresSessions.builder()
            .url("postgresql://alice@db.example/shop")         // not this machine: verify-full
            .sslRootCert(bundle)                               // of the provider's authority
            .requireAuth(AuthenticationMethod.SCRAM_SHA_256,   // as by default
                AuthenticationMethod.PASSWORD)                 // and tokens
            .build();
        // end::connect[]
        // spotless:on
        assertThat(sessions.poolStatus().allocated()).isZero();
        sessions.close().block();
    }
}
