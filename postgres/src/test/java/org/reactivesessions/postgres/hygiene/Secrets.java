package org.reactivesessions.postgres.hygiene;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The passwords of the tests, and where one was seen that must be seen nowhere: in a message, a cause, a suppressed error, a
 * log line or a {@code toString}. Thread-safe.
 */
public final class Secrets {

    private static final Set<String> KNOWN = ConcurrentHashMap.newKeySet();
    private static final List<String> SEEN = new CopyOnWriteArrayList<>();

    private Secrets() {}

    /** Begins to look for a secret. */
    public static void know(String secret) {
        if (!secret.isBlank()) {
            KNOWN.add(secret);
        }
    }

    /** Looks into a text. */
    public static void look(String where, Object text) {
        String said = String.valueOf(text);
        for (String secret : KNOWN) {
            if (said.contains(secret)) {
                SEEN.add(where + ": " + said.replace(secret, "<the secret>"));
            }
        }
    }

    /** Looks into an error, its causes, what it suppresses, and their stacks. */
    public static void look(String where, Throwable error) {
        StringWriter all = new StringWriter();
        error.printStackTrace(new PrintWriter(all));
        look(where, all.toString());
    }

    /** Whether a text has a secret in it. */
    public static boolean isIn(String text) {
        return KNOWN.stream().anyMatch(text::contains);
    }

    static void forget() {
        SEEN.clear();
    }

    /** What was seen since the last time. */
    public static List<String> takeSeen() {
        List<String> seen = List.copyOf(SEEN);
        SEEN.clear();
        return seen;
    }
}
