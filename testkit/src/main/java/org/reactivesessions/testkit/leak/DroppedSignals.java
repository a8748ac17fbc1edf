package org.reactivesessions.testkit.leak;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Hooks;

/**
 * What Reactor dropped because nobody was there to hear it. Its hooks are added to those that are there, when this class is first
 * used, and stay for good. Reactor has one set of hooks for the whole JVM, so a signal cannot be told to belong to one of
 * several tests that run at the same time. Thread-safe.
 *
 * @since 0.1.0
 */
public final class DroppedSignals {

    private static final List<String> DROPPED = new CopyOnWriteArrayList<>();

    /** The driver ends a statement before its ReadyForQuery, which it drops if it is closed in between; that carries nothing. */
    private static final String CARRIES_NOTHING = "ReadyForQuery";

    static {
        Hooks.onErrorDropped(error -> DROPPED.add("error " + error));
        Hooks.onNextDropped(DroppedSignals::dropped);
    }

    private final int start = DROPPED.size();

    private DroppedSignals() {}

    /**
     * Looks from this moment on.
     *
     * @return a watch of its own, which disturbs no other
     */
    public static DroppedSignals fromNow() {
        return new DroppedSignals();
    }

    private static void dropped(Object element) {
        if (!element.getClass().getSimpleName().equals(CARRIES_NOTHING)) {
            DROPPED.add("element " + element);
        }
    }

    /**
     * Tells what was dropped.
     *
     * @return what was dropped since {@link #fromNow}, in words, oldest first
     */
    public List<String> seen() {
        List<String> all = List.copyOf(DROPPED);
        return all.subList(start, all.size());
    }
}
