package org.reactivesessions.error;

import java.util.regex.Pattern;

/**
 * The end of every message: where the page {@code docs/guide/troubleshooting.md} says what to do. It names neither host nor
 * path, so that it stays true wherever the page is kept. Stateless.
 */
final class Guidance {

    private static final String START = " (help: troubleshooting.md#";
    private static final Pattern REFERENCE = Pattern.compile(Pattern.quote(START) + "[a-z-]+\\)");

    private Guidance() {}

    /**
     * Adds the reference; one that came with the message of another error is taken out, so that there is one.
     *
     * @param kind whose section it is
     * @param message a whole message, or one that {@link #removed} has made
     */
    static String added(FailureKind kind, String message) {
        return removed(message) + START + kind.anchor() + ")";
    }

    /** A message without references. */
    static String removed(String message) {
        return message.contains(START) ? REFERENCE.matcher(message).replaceAll("") : message;
    }
}
