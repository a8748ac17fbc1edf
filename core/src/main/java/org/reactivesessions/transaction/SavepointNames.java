package org.reactivesessions.transaction;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A library's names of savepoints, and ours behind them, which collide with nobody's: a name is any text, and drivers put what they
 * are given between SAVEPOINT and the end of the command as it is. Thread-safe.
 */
final class SavepointNames {

    private static final AtomicInteger MADE = new AtomicInteger();

    private final Map<String, String> names = new ConcurrentHashMap<>();

    /** Returns a new name of ours, which stands for a library's from now on. */
    String make(String name) {
        String ours = "l" + MADE.incrementAndGet();
        names.put(name, ours);
        return ours;
    }

    /**
     * Returns ours.
     *
     * @throws IllegalArgumentException if the library has made none of that name
     */
    String known(String name) {
        String ours = names.get(name);
        if (ours == null) {
            throw new IllegalArgumentException("savepoint \"" + name + "\" does not exist on this connection");
        }
        return ours;
    }
}
