package org.reactivesessions.micrometer;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something for each of so many keys, those that come first, and one thing for all the others together. Thread-safe; a key that
 * has come before costs a look into a map.
 */
final class Bounded<V> {

    /** The key of all for which there was no room. */
    static final String OTHER = "other";

    private static final int MOST = 10_000;

    private final ConcurrentMap<String, V> known = new ConcurrentHashMap<>();
    private final int limit;
    private final Function<String, V> make;
    private volatile @Nullable V other;

    /**
     * @param limit for how many keys there is room
     * @param make is called once for each of them, and for {@link #OTHER} if it is needed
     */
    Bounded(int limit, Function<String, V> make) {
        this.limit = limit;
        this.make = make;
    }

    /** Refuses a limit that is none, or too large to be meant. */
    static int requireLimit(String what, int limit) {
        if (limit < 1 || limit > MOST) {
            throw new IllegalArgumentException(what + " must be >= 1 and at most " + MOST + ", but was " + limit);
        }
        return limit;
    }

    V of(String key) {
        V found = known.get(key);
        if (found == null) {
            found = other; // which is there as soon as one key had no room
        }
        return found == null ? admitted(key) : found;
    }

    private synchronized V admitted(String key) {
        V found = known.get(key);
        if (found == null) {
            found = other;
        }
        if (found != null) { // somebody else was faster
            return found;
        }
        if (known.size() < limit) {
            V made = make.apply(key);
            known.put(key, made);
            return made;
        }
        V named = known.get(OTHER); // somebody may be called that
        V shared = named == null ? make.apply(OTHER) : named;
        other = shared;
        return shared;
    }
}
