package org.reactivesessions.proof;

import io.r2dbc.spi.Connection;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * Takes its own bookkeeping for the truth, instead of the status that the server sent last: by itself harmless, but it hides from
 * pool and scope what is done wrong. Thread-safe.
 */
final class Belief {

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();

    void opened(Connection physical) {
        open.add(physical);
    }

    void closed(Connection physical) {
        open.remove(physical);
    }

    /** The methods of a dialect that believes. */
    Map<String, PlantedDialect.Instead> methods() {
        Map<String, PlantedDialect.Instead> methods = new HashMap<>();
        methods.put("begin", (sound, its) -> after(sound.call(its), () -> opened((Connection) its[0])));
        methods.put("commit", (sound, its) -> after(sound.call(its), () -> closed((Connection) its[0])));
        methods.put("rollback", (sound, its) -> after(sound.call(its), () -> closed((Connection) its[0])));
        methods.put("inTransaction", (sound, its) -> open.contains((Connection) its[0]));
        return methods;
    }

    private static Mono<Void> after(Object publisher, Runnable then) {
        return Mono.from(nothing(publisher)).doOnSuccess(done -> then.run());
    }

    /** A publisher of nothing, as methods of a dialect return it. */
    @SuppressWarnings("unchecked") // the interface says so
    static Publisher<Void> nothing(Object publisher) {
        return (Publisher<Void>) publisher;
    }
}
