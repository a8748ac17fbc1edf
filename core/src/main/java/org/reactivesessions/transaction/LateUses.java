package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * Names those who use a session after its end: as a warning of the logger {@code org.reactivesessions.leak} once per name and
 * minute, all of them at DEBUG. A function that was cut short cannot know that it comes too late, so that is no warning, and no
 * listener hears of it. Thread-safe.
 */
final class LateUses {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.leak");
    private static final long PAUSE = Duration.ofMinutes(1).toNanos();
    private static final int NAMES_REMEMBERED = 1_000;

    private final Reports reports;
    private final Watch watch;
    private final LongSupplier nanoTime;
    private final Map<String, Long> warned = new ConcurrentHashMap<>();

    LateUses(Reports reports, Watch watch, LongSupplier nanoTime) {
        this.reports = reports;
        this.watch = watch;
        this.nanoTime = nanoTime;
    }

    void used(String name, IllegalStateException use, boolean cutShort) {
        if (cutShort) {
            log.debug("{}: came too late, after it was cut short; nothing was sent", name, use);
            return;
        }
        watch.learn(name);
        log.atLevel(mayWarn(name) ? Level.WARN : Level.DEBUG)
                .addKeyValue("transaction", name)
                .setCause(use)
                .log("{}: its session was used after its end, nothing was sent", name);
        reports.usedAfterEnd(name, use);
    }

    private boolean mayWarn(String name) {
        long now = nanoTime.getAsLong();
        String key = warned.size() < NAMES_REMEMBERED || warned.containsKey(name) ? name : "";
        Long before = warned.get(key);
        if (before == null) {
            return warned.putIfAbsent(key, now) == null;
        }
        return now - before >= PAUSE && warned.replace(key, before, now);
    }
}
