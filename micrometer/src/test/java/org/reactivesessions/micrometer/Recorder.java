package org.reactivesessions.micrometer;

import io.micrometer.common.KeyValue;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationView;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Keeps every observation that is handled. Thread-safe. */
final class Recorder implements ObservationHandler<Observation.Context> {

    private final List<Observation.Context> started = new CopyOnWriteArrayList<>();
    private final List<Observation.Context> stopped = new CopyOnWriteArrayList<>();
    private final List<String> events = new CopyOnWriteArrayList<>();

    @Override
    public boolean supportsContext(Observation.Context context) {
        return true;
    }

    @Override
    public void onStart(Observation.Context context) {
        started.add(context);
    }

    @Override
    public void onEvent(Observation.Event event, Observation.Context context) {
        events.add(event.getContextualName());
    }

    @Override
    public void onStop(Observation.Context context) {
        stopped.add(context);
    }

    /** All that have begun and have a name. */
    List<Observation.Context> started(String name) {
        return named(started, name);
    }

    /** Every stop of one that has a name. */
    List<Observation.Context> stopped(String name) {
        return named(stopped, name);
    }

    private static List<Observation.Context> named(List<Observation.Context> all, String name) {
        return all.stream().filter(each -> name.equals(each.getName())).collect(Collectors.toList());
    }

    /** What happened during one, in words. */
    List<String> events() {
        return events;
    }

    /** The value of a key, {@code null} if it has none. */
    static @Nullable String value(Observation.Context context, String key) {
        KeyValue found = context.getLowCardinalityKeyValue(key);
        KeyValue other = found == null ? context.getHighCardinalityKeyValue(key) : found;
        return other == null ? null : other.getValue();
    }

    /** The name of the span it lies in. */
    static @Nullable String parent(Observation.Context context) {
        ObservationView outer = context.getParentObservation();
        return outer == null ? null : outer.getContextView().getContextualName();
    }
}
