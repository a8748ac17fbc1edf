package org.reactivesessions.testkit.contract;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import reactor.core.publisher.Hooks;

/**
 * What Reactor dropped because nobody was there to hear it. The hooks are added to those that are there and stay for good,
 * so that they can stand beside a watch of the implementor's own. Thread-safe.
 */
final class DroppedSignals {

    private static final List<Object> DROPPED = new CopyOnWriteArrayList<>();

    static {
        Hooks.onNextDropped(DROPPED::add);
        Hooks.onErrorDropped(DROPPED::add);
    }

    private DroppedSignals() {}

    /** Takes what was dropped since the last call. */
    static List<Object> take() {
        List<Object> taken = List.copyOf(DROPPED);
        DROPPED.clear();
        return taken;
    }
}
