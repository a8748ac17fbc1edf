package org.reactivesessions.postgres;

import org.jspecify.annotations.Nullable;

/** How a value of a setting appears in a message. Stateless. */
final class ShownValue {

    private static final int LONGEST = 60;

    private ShownValue() {}

    /** Whether a text that is in the wrong place may hold a password; a URL that was taken for a path has one slash less. */
    static boolean looksLikeAddress(String value) {
        return value.contains(":/") || value.indexOf('@') >= 0;
    }

    /** A part of a {@code toString}, or that it is not shown. */
    static String plain(@Nullable Object value) {
        String text = String.valueOf(value);
        return looksLikeAddress(text) ? "(not shown, because of :/ or @ in it)" : text;
    }

    /**
     * Writes a value into a message.
     *
     * @param value any text
     * @return it in quotes; what looks like an address, or like several texts in one, may therefore hold a password, and is in the
     *     wrong place, is not shown
     */
    static String of(String value) {
        if (looksLikeAddress(value)) {
            return "something with :// or @ in it, which is not shown because it may hold a password";
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            return "something with control characters in it, which is not shown because it may hold a password";
        }
        String start = value.length() <= LONGEST ? value : value.substring(0, LONGEST) + "…";
        return '"' + start + '"';
    }
}
