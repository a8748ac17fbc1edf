package org.reactivesessions.testkit.leak;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Which watched connections are open, and what sessions were given back with something in them. Thread-safe. */
final class OpenConnections {

    private record Left(String what, Acquired acquired) {}

    private final Set<Acquired> open = new LinkedHashSet<>();
    private final Map<Integer, Left> left = new TreeMap<>();

    synchronized void opened(Acquired acquired) {
        open.add(acquired);
    }

    synchronized void closed(Acquired acquired) {
        open.remove(acquired);
    }

    /** What a session has kept when it was last given back, empty for nothing. */
    synchronized void givenBack(int backend, String what, Acquired acquired) {
        if (what.isEmpty()) {
            left.remove(backend);
        } else {
            left.put(backend, new Left(what, acquired));
        }
    }

    /** Whether it matters which sessions are still there. */
    synchronized boolean leftSomething() {
        return !left.isEmpty();
    }

    /** The leaks, a text each; what a session has kept is none once the session is gone. */
    synchronized List<String> leaks(Collection<Integer> backends) {
        List<String> leaks = new ArrayList<>();
        for (Acquired acquired : open) {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - acquired.since());
            leaks.add("a connection was not closed, " + millis + " ms after it was acquired" + acquired.text());
        }
        left.forEach((backend, kept) -> {
            if (backends.contains(backend)) {
                leaks.add("session " + backend + " " + kept.what() + " although it was given back; it was acquired"
                        + kept.acquired().text());
            }
        });
        return leaks;
    }
}
