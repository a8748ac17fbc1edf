package org.reactivesessions.postgres;

import io.r2dbc.spi.IsolationLevel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * BEGIN's messages in the form in which the driver's own {@code beginTransaction} sends them: as an isolation level whose
 * text says all the rest as well. Such a level is kept for ever in R2DBC's pool of constants, so there is a number of them
 * and no more, first come, and no value of a setting is ever in one. Thread-safe.
 */
final class BeginTexts {

    /** For the process, as R2DBC's constants are. */
    static final BeginTexts SHARED = new BeginTexts(256);

    private static final int LEVEL = "BEGIN ISOLATION LEVEL ".length();

    private final Map<BeginModes, IsolationLevel> known = new ConcurrentHashMap<>();
    private final AtomicInteger left;

    /** @param most how many there may be */
    BeginTexts(int most) {
        this.left = new AtomicInteger(most);
    }

    /**
     * Looks a message up, or adds it.
     *
     * @param modes what it says
     * @return a level for {@code beginTransaction}, or {@code null} if it names no isolation level, or there are enough
     */
    @Nullable
    IsolationLevel level(BeginModes modes) {
        IsolationLevel level = known.get(modes);
        if (level != null || modes.isolation() == null || left.getAndUpdate(n -> Math.max(n - 1, 0)) == 0) {
            return level;
        }
        level = IsolationLevel.valueOf(modes.text().substring(LEVEL));
        known.put(modes, level);
        return level;
    }
}
