package org.reactivesessions.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.AuthenticationMethod;
import org.reactivesessions.postgres.PostgresSessions;

/** The sample of the page about security. */
class SecurityTest {

    /** One that the JVM trusts. */
    private static String anyAuthority() throws GeneralSecurityException {
        TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init((KeyStore) null);
        X509TrustManager trusted = (X509TrustManager) factory.getTrustManagers()[0];
        return "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(trusted.getAcceptedIssuers()[0].getEncoded())
                + "\n-----END CERTIFICATE-----\n";
    }

    @Test
    void theSampleMustBeTaken(@TempDir Path directory) throws IOException, GeneralSecurityException {
        Path bundle = Files.writeString(directory.resolve("bundle.pem"), anyAuthority()); // nothing connects yet
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
