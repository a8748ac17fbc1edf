package org.reactivesessions.micrometer;

import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import org.reactivesessions.observation.HookMoment;

/** The meters of hooks. Thread-safe. */
final class HookMeters {

    private final Map<HookMoment, Timer> good;
    private final Map<HookMoment, Timer> bad;

    HookMeters(Meters meters) {
        good = meters.each(HookMoment.class, moment -> meters.timer(SessionMeter.HOOKS, moment, "ok"));
        bad = meters.each(HookMoment.class, moment -> meters.timer(SessionMeter.HOOKS, moment, "failed"));
    }

    void ran(HookMoment moment, Duration took, boolean failed) {
        Timer timer = (failed ? bad : good).get(moment);
        if (timer != null) {
            timer.record(took);
        }
    }
}
