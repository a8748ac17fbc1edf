package org.reactivesessions.postgres.cancelrun;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;

/** The transactions of one part that were started. Any thread may find one; only one thread adds and counts. */
final class Tracks {

    private final Map<String, Track> byName = new ConcurrentHashMap<>();
    private final List<Track> counted = new ArrayList<>();

    /** A transaction that counts. */
    Track add(Plan plan) {
        Track track = addUncounted(plan);
        counted.add(track);
        return track;
    }

    /** A transaction that is only there to be found. */
    Track addUncounted(Plan plan) {
        Track track = new Track(byName.size(), plan);
        byName.put(track.name(), track);
        return track;
    }

    Track find(String name) {
        return requireNonNull(byName.get(name));
    }

    List<Track> counted() {
        return counted;
    }

    long cancelled() {
        return counted.stream().filter(Track::wasCancelled).count();
    }

    /** How many cancels hit which phase, of the transactions with a plan of that kind. */
    Map<CancelPhase, Long> cancelsByPhase(Predicate<Plan> kind) {
        Map<CancelPhase, Long> counts = new EnumMap<>(CancelPhase.class);
        for (CancelPhase phase : CancelPhase.values()) {
            counts.put(phase, 0L);
        }
        for (Track track : counted) {
            if (track.wasCancelled() && kind.test(track.plan())) {
                counts.merge(track.cancelPhase(), 1L, Long::sum);
            }
        }
        return counts;
    }
}
