package org.reactivesessions.error;

/** Why something failed, in words for a message. Stateless. */
public final class Reason {

    private Reason() {}

    /**
     * Returns what an error says, and what its root cause says beyond that: drivers put the reason there.
     *
     * @param error any error
     * @return never empty; the name of the class where there is no message
     */
    public static String of(Throwable error) {
        Throwable root = error;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        String said = text(error);
        String deepest = text(root);
        return said.contains(deepest) ? said : said + ": " + deepest;
    }

    private static String text(Throwable error) {
        String message = error.getMessage();
        return message == null || message.isBlank() ? error.getClass().getName() : message;
    }
}
