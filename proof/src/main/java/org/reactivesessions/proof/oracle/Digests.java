package org.reactivesessions.proof.oracle;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;

/** The digests of lists, as the server makes them: {@code md5(array_to_string(list, ','))}. Stateless. */
final class Digests {

    private static final HexFormat HEX = HexFormat.of();

    private Digests() {}

    static String of(List<UUID> list) {
        return ofPrefixes(list).get(list.size());
    }

    /** The digests of the first none, one, two … elements. */
    static List<String> ofPrefixes(List<UUID> list) {
        try {
            MessageDigest running = MessageDigest.getInstance("MD5");
            List<String> digests = new ArrayList<>(list.size() + 1);
            digests.add(sum(running));
            for (int index = 0; index < list.size(); index++) {
                running.update(((index == 0 ? "" : ",") + list.get(index)).getBytes(StandardCharsets.US_ASCII));
                digests.add(sum(running));
            }
            return digests;
        } catch (NoSuchAlgorithmException | CloneNotSupportedException lacking) {
            throw new IllegalStateException("every JDK has an MD5 that can be copied", lacking);
        }
    }

    private static String sum(MessageDigest running) throws CloneNotSupportedException {
        return HEX.formatHex(((MessageDigest) running.clone()).digest());
    }
}
