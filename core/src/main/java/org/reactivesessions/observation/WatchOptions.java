package org.reactivesessions.observation;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.LifePhase;

/**
 * After what time a session that gets nowhere is named in the log, after what time it is ended, and of how many it is remembered
 * where they were assembled.
 * Immutable.
 *
 * @since 0.1
 */
public final class WatchOptions {

    private static final Duration OF_FUNCTION = Duration.ofSeconds(30);
    private static final Duration OF_OTHERS = Duration.ofSeconds(10);

    /** COMMIT has a limit of its own, and so has everything behind it. */
    private static final Set<LifePhase> CAN_BE_ENDED =
            EnumSet.of(LifePhase.ACQUIRING, LifePhase.BEGINNING, LifePhase.ACTIVE);

    private final Map<LifePhase, Duration> limits;
    private final Map<LifePhase, Duration> ends;
    private final double stacks;

    private WatchOptions(Map<LifePhase, Duration> limits, Map<LifePhase, Duration> ends, double stacks) {
        this.limits = limits;
        this.ends = ends;
        this.stacks = stacks;
    }

    /**
     * Returns what holds if nothing is set: named after 30 s in {@code ACTIVE} and 10 s in every other phase, never ended, and no
     * stacks but those of names that were warned of.
     *
     * @return the defaults
     */
    public static WatchOptions defaults() {
        Map<LifePhase, Duration> limits = new EnumMap<>(LifePhase.class);
        for (LifePhase phase : LifePhase.values()) {
            limits.put(phase, phase == LifePhase.ACTIVE ? OF_FUNCTION : OF_OTHERS);
        }
        limits.remove(LifePhase.DONE);
        return new WatchOptions(limits, Map.of(), 0);
    }

    /**
     * Returns what suits tests: the defaults, with the stack of every session.
     *
     * @return the defaults with {@link #stacks stacks(1)}
     */
    public static WatchOptions testing() {
        return defaults().stacks(1);
    }

    /**
     * Sets after what time in a phase a session is named in the log, once, and again when it has left the phase.
     *
     * @param phase any but {@code DONE}
     * @param limit more than zero; looked at once a second
     * @return a copy with that limit
     * @throws IllegalArgumentException if one is not
     */
    public WatchOptions warnAfter(LifePhase phase, Duration limit) {
        if (phase == LifePhase.DONE) {
            throw new IllegalArgumentException("warnAfter needs a phase that takes time, but was DONE");
        }
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException(
                    "warnAfter must be > 0, but was " + limit + " for " + phase + "; noWarnings() switches them off");
        }
        return new WatchOptions(with(limits, phase, limit), ends, stacks);
    }

    /**
     * Names nobody.
     *
     * @return a copy without limits
     */
    public WatchOptions noWarnings() {
        return new WatchOptions(Map.of(), ends, stacks);
    }

    /**
     * Sets after what time somebody is ended who is waiting for a connection, or for the answer to BEGIN, or whose function goes
     * on: as his own time limit would end him. His subscriber hears a {@link
     * org.reactivesessions.error.TransactionTimeoutException} that says so, what runs is cancelled on the server, and the transaction
     * is rolled back. A connection that was lent is taken back from whoever has it. A transaction that commits is left its limit.
     * Off by default.
     *
     * @param limit more than zero, for each of these phases by itself; looked at once a second
     * @return a copy with that limit
     * @throws IllegalArgumentException if it is not
     */
    public WatchOptions endAfter(Duration limit) {
        WatchOptions changed = this;
        for (LifePhase phase : CAN_BE_ENDED) {
            changed = changed.endAfter(phase, limit);
        }
        return changed;
    }

    /**
     * Sets after what time in a phase somebody is ended, see {@link #endAfter(Duration)}.
     *
     * @param phase {@code ACQUIRING}, {@code BEGINNING} or {@code ACTIVE}
     * @param limit more than zero; looked at once a second
     * @return a copy with that limit
     * @throws IllegalArgumentException if one is not
     */
    public WatchOptions endAfter(LifePhase phase, Duration limit) {
        if (!CAN_BE_ENDED.contains(phase)) {
            throw new IllegalArgumentException("endAfter needs one of the phases " + CAN_BE_ENDED + ", but was " + phase
                    + "; what comes behind them has limits of its own, see TimeLimits");
        }
        if (limit.isNegative() || limit.isZero()) {
            throw new IllegalArgumentException(
                    "endAfter must be > 0, but was " + limit + " for " + phase + "; neverEnd() switches it off");
        }
        return new WatchOptions(limits, with(ends, phase, limit), stacks);
    }

    /**
     * Ends nobody.
     *
     * @return a copy without {@link #endAfter(Duration)}
     */
    public WatchOptions neverEnd() {
        return new WatchOptions(limits, Map.of(), stacks);
    }

    private static Map<LifePhase, Duration> with(Map<LifePhase, Duration> limits, LifePhase phase, Duration limit) {
        Map<LifePhase, Duration> changed = new EnumMap<>(LifePhase.class);
        changed.putAll(limits);
        changed.put(phase, limit);
        return changed;
    }

    /**
     * Sets of how many sessions the stack is kept in which they were assembled, which is where {@code withTransaction} and its
     * like were called. One costs some microseconds and kilobytes, which is what the assembly of a Reactor pipeline itself costs,
     * or more. Of a name that was warned of once, every further stack is kept, up to 100 such names.
     *
     * @param share 0 for none, which is the default, to 1 for every one; between them a random choice
     * @return a copy with that share
     * @throws IllegalArgumentException if it is out of that range
     */
    public WatchOptions stacks(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("stacks must be 0 to 1, but was " + share);
        }
        return new WatchOptions(limits, ends, share);
    }

    /**
     * Returns the limit of a phase.
     *
     * @param phase where a session is
     * @return after what time it is named, or {@code null} if it is not
     */
    public @Nullable Duration limit(LifePhase phase) {
        return limits.get(phase);
    }

    /**
     * Returns whether anybody is named.
     *
     * @return whether some phase has a limit
     */
    public boolean warns() {
        return !limits.isEmpty();
    }

    /**
     * Returns the limit of a phase at which somebody is ended.
     *
     * @param phase where a session is
     * @return after what time it is ended, or {@code null} if it is not
     */
    public @Nullable Duration endLimit(LifePhase phase) {
        return ends.get(phase);
    }

    /**
     * Returns whether anybody is ended.
     *
     * @return whether some phase has a limit at which that happens
     */
    public boolean ends() {
        return !ends.isEmpty();
    }

    /**
     * Returns of how many the stack is kept.
     *
     * @return 0 to 1
     */
    public double stackShare() {
        return stacks;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WatchOptions that
                && limits.equals(that.limits)
                && ends.equals(that.ends)
                && stacks == that.stacks;
    }

    @Override
    public int hashCode() {
        return Objects.hash(limits, ends, stacks);
    }

    @Override
    public String toString() {
        return "WatchOptions[warnAfter=" + limits + ", endAfter=" + ends + ", stacks=" + stacks + "]";
    }
}
