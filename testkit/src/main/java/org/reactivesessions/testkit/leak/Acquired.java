package org.reactivesessions.testkit.leak;

/** A connection in somebody's hands. Immutable; equal only to itself. */
final class Acquired {

    private static final int FRAMES = 25;

    private final Throwable stack;
    private final long since;

    /**
     * @param stack where it was asked for
     * @param since when it was handed out, on the clock of {@link System#nanoTime}
     */
    Acquired(Throwable stack, long since) {
        this.stack = stack;
        this.since = since;
    }

    long since() {
        return since;
    }

    /** The stack, from the caller of {@code create()} on, each frame on a line of its own. */
    String text() {
        StringBuilder text = new StringBuilder();
        StackTraceElement[] frames = stack.getStackTrace();
        for (int i = 1; i < frames.length && i <= FRAMES; i++) {
            text.append("\n        at ").append(frames[i]);
        }
        return text.toString();
    }
}
