package org.reactivesessions.postgres;

import java.util.Map;

/** What is said of names that are not those of a setting. Stateless. */
final class RefusedNames {

    /** What is known elsewhere and would be missed without a word. */
    private static final Map<String, String> KNOWN_ELSEWHERE = Map.of(
            "max-overflow",
            "there is no overflow: pool-size is the most connections there can be; add the two and set pool-size");

    private RefusedNames() {}

    /** Whether a name means something elsewhere that nothing does here. */
    static boolean isKnownElsewhere(String property) {
        return KNOWN_ELSEWHERE.containsKey(property);
    }

    /**
     * Says that a name is not known.
     *
     * @param shown it, as it was given
     * @param property it, as a property would be spelled
     * @param nearest what may have been meant
     */
    static String unknown(String shown, String property, String nearest) {
        String reason = KNOWN_ELSEWHERE.get(property);
        return shown + " is not known; " + (reason == null ? "the nearest that is: " + nearest : reason);
    }
}
