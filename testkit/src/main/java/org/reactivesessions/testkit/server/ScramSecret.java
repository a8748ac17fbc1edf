package org.reactivesessions.testkit.server;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server keeps of a password (SCRAM-SHA-256, RFC 7677), in PostgreSQL's own form, which it takes in place of one.
 *
 * <p>Iterations protect passwords that can be guessed, and are the dearest part of a log-in for the client. The password of an
 * embedded server is 18 random bytes. Only static methods.
 */
final class ScramSecret {

    private static final String HMAC = "HmacSHA256";
    private static final int BITS = 256;

    private ScramSecret() {}

    /**
     * Derives it.
     *
     * @param password in ASCII
     * @param salt random bytes
     * @param iterations how often the password is hashed by whoever logs in, at least 1
     */
    static String of(String password, byte[] salt, int iterations) {
        try {
            byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, BITS))
                    .getEncoded();
            byte[] stored = MessageDigest.getInstance("SHA-256").digest(hmac(salted, "Client Key"));
            Base64.Encoder base64 = Base64.getEncoder();
            return "SCRAM-SHA-256$" + iterations + ":" + base64.encodeToString(salt) + "$"
                    + base64.encodeToString(stored) + ":" + base64.encodeToString(hmac(salted, "Server Key"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no SCRAM-SHA-256: " + e.getMessage(), e);
        }
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance(HMAC);
        mac.init(new SecretKeySpec(key, HMAC));
        return mac.doFinal(text.getBytes(StandardCharsets.US_ASCII));
    }
}
