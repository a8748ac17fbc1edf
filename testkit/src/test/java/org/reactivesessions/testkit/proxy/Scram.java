package org.reactivesessions.testkit.proxy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.SecretKeySpec;

/** The client's half of SCRAM-SHA-256, just enough to log in with a password of ASCII letters. */
final class Scram {

    private static final String NONCE = "fault-proxy-test";
    private static final String FIRST_BARE = "n=,r=" + NONCE;

    private Scram() {}

    static String first() {
        return "n,," + FIRST_BARE;
    }

    static String last(String serverFirst, String password) throws GeneralSecurityException {
        Map<Character, String> fields = new HashMap<>();
        for (String field : serverFirst.split(",", -1)) {
            fields.put(field.charAt(0), field.substring(2));
        }
        byte[] salt = Base64.getDecoder().decode(fields.getOrDefault('s', ""));
        int iterations = Integer.parseInt(fields.getOrDefault('i', ""));
        byte[] salted = SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                .generateSecret(new PBEKeySpec(password.toCharArray(), salt, iterations, 256))
                .getEncoded();
        byte[] clientKey = hmac(salted, "Client Key");
        String withoutProof = "c=biws,r=" + fields.get('r');
        byte[] signature = hmac(
                MessageDigest.getInstance("SHA-256").digest(clientKey),
                FIRST_BARE + "," + serverFirst + "," + withoutProof);
        byte[] proof = new byte[clientKey.length];
        for (int i = 0; i < proof.length; i++) {
            proof[i] = (byte) (clientKey[i] ^ signature[i]);
        }
        return withoutProof + ",p=" + Base64.getEncoder().encodeToString(proof);
    }

    private static byte[] hmac(byte[] key, String text) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(key, "HmacSHA256"));
        return mac.doFinal(text.getBytes(UTF_8));
    }
}
