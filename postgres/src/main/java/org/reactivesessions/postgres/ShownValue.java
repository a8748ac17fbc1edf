package org.reactivesessions.postgres;

/** How a value of a setting appears in a message. Stateless. */
final class ShownValue {

    private static final int LONGEST = 60;

    private ShownValue() {}

    /**
     * Writes a value into a message.
     *
     * @param value any text
     * @return it in quotes; what looks like an address, may therefore hold a password, and is in the wrong place, is not shown
     */
    static String of(String value) {
        if (value.contains("://") || value.indexOf('@') >= 0) {
            return "something with :// or @ in it, which is not shown because it may hold a password";
        }
        String start = value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "…";
        return '"' + start.replaceAll("(?U)\\p{Cntrl}", "?") + '"';
    }
}
