package org.reactivesessions.postgres;

import io.netty.handler.ssl.SslContextBuilder;
import io.netty.util.NetUtil;
import io.r2dbc.postgresql.PostgresqlConnectionConfiguration;
import io.r2dbc.postgresql.client.DefaultHostnameVerifier;
import io.r2dbc.postgresql.client.SSLConfig;
import io.r2dbc.postgresql.client.SSLMode;
import java.net.InetAddress;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.EnumSet;
import java.util.Set;
import java.util.function.UnaryOperator;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whether connections are encrypted, whom they trust, and what they show of themselves. Immutable.
 *
 * @param mode what is encrypted and checked, or {@code null} if nobody has said: then that depends on the host
 * @param insecure whether somebody has said that a server need not be made sure of
 * @param rootCertificate the certificates that are trusted, or {@code null} for those of the JVM
 * @param certificate what the server is shown, or {@code null} for nothing
 * @param key belongs to {@code certificate}
 */
record TlsOptions(
        @Nullable SSLMode mode,
        boolean insecure,
        @Nullable Path rootCertificate,
        @Nullable Path certificate,
        @Nullable Path key) {

    /** Without the driver's deprecated one. */
    static final Set<SSLMode> MODES = EnumSet.range(SSLMode.DISABLE, SSLMode.VERIFY_FULL);

    static TlsOptions none() {
        return new TlsOptions(null, false, null, null, null);
    }

    TlsOptions withMode(SSLMode newMode) {
        if (!MODES.contains(newMode)) {
            throw new IllegalArgumentException("sslMode must be one of " + MODES + ", but was " + newMode);
        }
        return new TlsOptions(newMode, insecure, rootCertificate, certificate, key);
    }

    TlsOptions withInsecure(boolean meant) {
        return new TlsOptions(mode, meant, rootCertificate, certificate, key);
    }

    TlsOptions withRootCertificate(Path file) {
        return new TlsOptions(mode, insecure, file, certificate, key);
    }

    TlsOptions withCertificate(Path file) {
        return new TlsOptions(mode, insecure, rootCertificate, file, key);
    }

    TlsOptions withKey(Path file) {
        return new TlsOptions(mode, insecure, rootCertificate, certificate, file);
    }

    /** What is encrypted and checked with a host. */
    SSLMode modeFor(String host) {
        if (mode != null) {
            return mode;
        }
        return insecure || Loopback.is(host) ? SSLMode.DISABLE : SSLMode.VERIFY_FULL;
    }

    /** Whether nobody but the server can read what is sent to a host, or somebody has said that it does not matter. */
    boolean isSafeFor(String host) {
        return switch (modeFor(host)) {
            case VERIFY_FULL -> true;
            case VERIFY_CA -> rootCertificate != null || insecure || Loopback.is(host);
            default -> insecure || Loopback.is(host);
        };
    }

    /** What is not checked with a host although nobody has said that it need not be; {@code null} if there is nothing. */
    @Nullable
    String weaknessFor(String host) {
        if (insecure || Loopback.is(host)) {
            return null;
        }
        return switch (modeFor(host)) {
            case DISABLE -> "nothing is encrypted, and whoever answers is taken for the server";
            case ALLOW, PREFER ->
                "whoever answers is taken for the server, and may say that nothing is to be encrypted";
            case REQUIRE -> "whoever answers is taken for the server: its certificate is not checked";
            case VERIFY_CA -> "the name in the server's certificate is not checked";
            default -> null;
        };
    }

    /**
     * Checks what belongs together for a host, so that nothing is taken and then not used.
     *
     * @throws IllegalArgumentException if a file would not be used, or two settings contradict each other
     */
    TlsOptions requireUsableFor(String host) {
        SSLMode used = modeFor(host);
        if (insecure && used == SSLMode.VERIFY_FULL) {
            throw new IllegalArgumentException(
                    "insecure contradicts sslMode verify-full, which makes sure of the server; leave one of them out");
        }
        if (rootCertificate != null && !used.verifyCertificate()) {
            throw new IllegalArgumentException(
                    "sslRootCert is used by sslMode verify-ca and verify-full only, but sslMode is " + used
                            + "; set one of them, or leave sslRootCert out");
        }
        if ((certificate == null) != (key == null)) {
            throw new IllegalArgumentException("sslCert and sslKey go together, but only "
                    + (key == null ? "sslCert" : "sslKey") + " is set; set both");
        }
        if (certificate != null && used == SSLMode.DISABLE) {
            throw new IllegalArgumentException(
                    "sslCert and sslKey are shown on encrypted connections only, but sslMode is disable; set sslMode");
        }
        return this;
    }

    PostgresqlConnectionConfiguration.Builder applyTo(PostgresqlConnectionConfiguration.Builder driver, String host) {
        SSLMode used = modeFor(host);
        driver.sslMode(used);
        if (rootCertificate != null) {
            driver.sslRootCert(readable("sslRootCert", rootCertificate));
        }
        if (used.verifyCertificate()) {
            driver.sslContextBuilderCustomizer(trusting(used, host));
        }
        if (used.verifyPeerName()) { // as it was given: the driver looks for the name of an address, and waits for it
            driver.sslHostnameVerifier(
                    (lookedUp, session) -> SSLConfig.isValidSniHostname(host) // the handshake has checked it
                            || DefaultHostnameVerifier.INSTANCE.verify(canonical(host), session));
        }
        if (certificate != null && key != null) {
            driver.sslCert(readable("sslCert", certificate)).sslKey(readable("sslKey", key));
        }
        return driver;
    }

    /**
     * What the driver leaves to Netty, which since 4.2 compares names in every mode. The certificates of the JVM are read here
     * and once, because the driver would have an event loop read them for every connection.
     */
    private UnaryOperator<SslContextBuilder> trusting(SSLMode used, String host) {
        TrustManagerFactory ofJvm = rootCertificate == null ? trustedByJvm() : null;
        return builder -> {
            if (ofJvm != null) {
                builder.trustManager(ofJvm);
            }
            return builder.endpointIdentificationAlgorithm(
                    used.verifyPeerName() && SSLConfig.isValidSniHostname(host) ? "HTTPS" : null);
        };
    }

    /** An address as the driver writes those of a certificate, which it compares as texts. */
    private static String canonical(String host) {
        byte[] address = NetUtil.createByteArrayFromIpAddressString(host);
        try {
            return address == null ? host : InetAddress.getByAddress(address).getHostAddress();
        } catch (UnknownHostException impossible) {
            return host;
        }
    }

    private static TrustManagerFactory trustedByJvm() {
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init((KeyStore) null);
            return factory;
        } catch (GeneralSecurityException unreadable) {
            throw new IllegalArgumentException(
                    "the certificates the JVM trusts cannot be read; set sslRootCert, or repair its trust store",
                    unreadable);
        }
    }

    private static URL readable(String name, Path file) {
        if (!Files.isReadable(file)) {
            throw new IllegalArgumentException(
                    name + " must be a file that can be read, but was " + ShownValue.of(file.toString()));
        }
        try {
            return file.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalArgumentException(name + " must be a file of the default file system", impossible);
        }
    }
}
