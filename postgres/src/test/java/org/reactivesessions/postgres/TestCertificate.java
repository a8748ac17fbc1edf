package org.reactivesessions.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/**
 * A certificate that vouches for itself, and its key, as files in PEM. Made by the JDK's own tool.
 *
 * @param certificate X.509
 * @param key PKCS#8, readable by its owner only, as a server demands it
 */
public record TestCertificate(Path certificate, Path key) {

    private static final String PASSWORD = "changeit";
    private static final String ALIAS = "test";

    /**
     * Makes one.
     *
     * @param directory where its files go
     * @param name the common name, and part of the names of the files
     * @param alternative the subject alternative name, such as {@code ip:127.0.0.1}
     */
    public static TestCertificate create(Path directory, String name, String alternative) {
        try {
            Path store = directory.resolve(name + ".p12");
            generate(store, name, alternative);
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream file = Files.newInputStream(store)) {
                keys.load(file, PASSWORD.toCharArray());
            }
            Path certificate = pem(
                    directory.resolve(name + ".crt"),
                    "CERTIFICATE",
                    keys.getCertificate(ALIAS).getEncoded());
            Path key = pem(
                    directory.resolve(name + ".pk8"),
                    "PRIVATE KEY",
                    keys.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
            return new TestCertificate(certificate, key);
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException("no certificate for " + name, failed);
        }
    }

    /** What a server in this process shows it by. */
    public SSLContext serverContext() {
        try (InputStream file = Files.newInputStream(certificate.resolveSibling(name(certificate) + ".p12"))) {
            KeyStore keys = KeyStore.getInstance("PKCS12");
            keys.load(file, PASSWORD.toCharArray());
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD.toCharArray());
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (IOException | GeneralSecurityException failed) {
            throw new IllegalStateException("no context for " + certificate, failed);
        }
    }

    private static String name(Path certificate) {
        return certificate.getFileName().toString().replaceFirst("\\.crt$", "");
    }

    private static void generate(Path store, String name, String alternative) throws IOException {
        Process tool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        ALIAS,
                        "-keyalg",
                        "EC",
                        "-groupname",
                        "secp256r1",
                        "-validity",
                        "30",
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "san=" + alternative,
                        "-ext",
                        "bc=ca:true",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        PASSWORD,
                        "-keystore",
                        store.toString())
                .inheritIO()
                .start();
        try {
            if (!tool.waitFor(60, TimeUnit.SECONDS) || tool.exitValue() != 0) {
                throw new IllegalStateException("keytool made no certificate for " + name);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        } finally {
            tool.destroyForcibly();
        }
    }

    private static Path pem(Path file, String kind, byte[] content) throws IOException {
        String lines = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content);
        return Files.writeString(
                file,
                "-----BEGIN " + kind + "-----\n" + lines + "\n-----END " + kind + "-----\n",
                StandardCharsets.US_ASCII);
    }
}
