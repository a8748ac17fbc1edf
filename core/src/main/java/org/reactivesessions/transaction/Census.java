package org.reactivesessions.transaction;

import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** How many of something are under way, and when there are none. Thread-safe. */
final class Census {

    private int count;
    private final List<Sinks.Empty<Void>> waiting = new ArrayList<>();

    synchronized void enter() {
        count++;
    }

    void exit() {
        List<Sinks.Empty<Void>> released;
        synchronized (this) {
            count--;
            if (count > 0 || waiting.isEmpty()) {
                return;
            }
            released = List.copyOf(waiting);
            waiting.clear();
        }
        released.forEach(Sinks.Empty::tryEmitEmpty);
    }

    synchronized int count() {
        return count;
    }

    /** A cold mono that completes when the count is zero, at once if it is. */
    Mono<Void> none() {
        return Mono.defer(() -> {
            synchronized (this) {
                if (count == 0) {
                    return Mono.empty();
                }
                Sinks.Empty<Void> sink = Sinks.empty();
                waiting.add(sink);
                return sink.asMono();
            }
        });
    }
}
