package org.reactivesessions.micrometer;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;

/** The meters of one pool, as they are in a registry until they are taken out of it. Thread-safe. */
final class Meters {

    /** What OpenTelemetry advises. */
    private static final Duration[] BUCKETS = {
        Duration.ofMillis(1),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(500),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(10)
    };

    private final MeterRegistry registry;
    private final String pool;
    private final boolean histograms;
    // Guarded by this.
    private final List<Meter> registered = new ArrayList<>();
    private boolean removed;

    /** @param histograms whether every timer has buckets */
    Meters(MeterRegistry registry, String pool, boolean histograms) {
        this.registry = registry;
        this.pool = pool;
        this.histograms = histograms;
    }

    String pool() {
        return pool;
    }

    /** Whether the registry has it already, from somebody else. */
    boolean isThere(SessionMeter meter) {
        return registry.find(meter.meter()).tag(meter.tags().get(0), pool).meter() != null;
    }

    Counter counter(SessionMeter meter, String... values) {
        return kept(Counter.builder(meter.meter())
                .description(meter.description())
                .tags(tags(meter, values))
                .register(registry));
    }

    Timer timer(SessionMeter meter, String... values) {
        Timer.Builder timer =
                Timer.builder(meter.meter()).description(meter.description()).tags(tags(meter, values));
        if (histograms) {
            timer.publishPercentileHistogram();
        } else if (meter.type() == SessionMeter.Type.HISTOGRAM) {
            timer.serviceLevelObjectives(BUCKETS);
        }
        return kept(timer.register(registry));
    }

    /** A gauge that does not keep its source from being collected. */
    <T> void gauge(SessionMeter meter, T source, ToDoubleFunction<T> value, String... values) {
        Gauge.Builder<T> gauge = Gauge.builder(meter.meter(), source, value)
                .description(meter.description())
                .tags(tags(meter, values));
        if (meter.type() == SessionMeter.Type.CONNECTIONS) {
            gauge.baseUnit("connections");
        }
        kept(gauge.register(registry));
    }

    /** A counter that reads what its source counts, and does not keep it from being collected. */
    <T> void counted(SessionMeter meter, T source, ToDoubleFunction<T> count) {
        kept(FunctionCounter.builder(meter.meter(), source, count)
                .description(meter.description())
                .tags(tags(meter))
                .register(registry));
    }

    /** One for each constant, which is its last tag. */
    <E extends Enum<E>, M> Map<E, M> each(Class<E> constants, Function<String, M> make) {
        Map<E, M> all = new EnumMap<>(constants);
        for (E constant : constants.getEnumConstants()) {
            all.put(constant, make.apply(word(constant)));
        }
        return all;
    }

    /** A constant as the value of a tag. */
    static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private Tags tags(SessionMeter meter, String... values) {
        List<String> keys = meter.tags();
        Tags tags = Tags.of(keys.get(0), pool);
        for (int i = 0; i < values.length; i++) {
            tags = tags.and(keys.get(i + 1), values[i]);
        }
        return tags;
    }

    private synchronized <M extends Meter> M kept(M meter) {
        if (removed) {
            registry.remove(meter);
        } else {
            registered.add(meter);
        }
        return meter;
    }

    /** Takes them out of the registry, and those that are still to come. */
    synchronized void remove() {
        removed = true;
        registered.forEach(registry::remove);
        registered.clear();
    }
}
