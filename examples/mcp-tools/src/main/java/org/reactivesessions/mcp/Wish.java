package org.reactivesessions.mcp;

import java.util.Map;

/** What a transfer is asked to do, by arguments that can be. Immutable. */
record Wish(long from, long to, long amount) {

    private static final String RULE =
            "from and to must be the numbers of two accounts, and amount a whole number of at least 1";

    /** @throws IllegalArgumentException if an argument is missing, or cannot be; its message is for the client */
    static Wish of(Map<String, Object> arguments) {
        Wish wish = new Wish(whole(arguments, "from"), whole(arguments, "to"), whole(arguments, "amount"));
        if (wish.amount < 1 || wish.from == wish.to) {
            throw new IllegalArgumentException(RULE);
        }
        return wish;
    }

    private static long whole(Map<String, Object> arguments, String name) {
        Object value = arguments.get(name);
        if (value instanceof Integer || value instanceof Long) {
            return ((Number) value).longValue();
        }
        throw new IllegalArgumentException(
                name + (value == null ? " is missing; " : " is not a whole number; ") + RULE);
    }
}
