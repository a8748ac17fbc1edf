package org.reactivesessions.benchmarks;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.reactivesessions.micrometer.SessionMetrics;
import org.reactivesessions.observation.WatchOptions;
import org.reactivesessions.postgres.PostgresSessions;

/** How much is watched. What is counted for {@code statistics()} is counted in all of them. */
enum Watching {
    /** No warnings, and no listener. */
    NOTHING("nothing"),
    /** What holds if nothing is set. */
    DEFAULTS("the defaults"),
    /** The defaults, and a listener. */
    LISTENER("and a listener"),
    /** The same, which watches every transaction by itself, as traces do. */
    OBSERVER("and an observer"),
    /** The defaults, and every meter. */
    METRICS("and a registry");

    private final String label;

    Watching(String label) {
        this.label = label;
    }

    Ours open(Endpoint endpoint) {
        return Ours.watched(endpoint, this::set);
    }

    private PostgresSessions.Builder set(PostgresSessions.Builder builder) {
        return switch (this) {
            case NOTHING -> builder.watch(WatchOptions.defaults().noWarnings());
            case DEFAULTS -> builder;
            case LISTENER -> builder.listener(new CountingListener(false));
            case OBSERVER -> builder.listener(new CountingListener(true));
            case METRICS -> builder.listener(SessionMetrics.of(new SimpleMeterRegistry()));
        };
    }

    @Override
    public String toString() {
        return label;
    }
}
