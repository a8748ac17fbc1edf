package org.reactivesessions.postgres;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * What each host was when it was last asked, for everybody who opens connections to them. It decides in which order they are
 * tried, and never which of them will do. Hosts are known by their place in the order in which they were given. Thread-safe.
 */
final class HostMemory {

    /** How long a host that has not answered is tried after all others. */
    private static final Duration REST = Duration.ofSeconds(5);

    private enum Sight {
        UNKNOWN,
        PRIMARY,
        STANDBY,
        /** It has answered, and nobody wants to know what it is. */
        ANSWERED,
        FAILED
    }

    /** What was seen, and when. */
    private record Seen(Sight sight, long at) {}

    private final HostTarget target;
    private final LongSupplier nanoTime;
    private final AtomicReferenceArray<Seen> seen;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param hosts how many there are
     * @param nanoTime a monotonic clock in nanoseconds
     */
    HostMemory(HostTarget target, int hosts, LongSupplier nanoTime) {
        this.target = target;
        this.nanoTime = nanoTime;
        this.seen = new AtomicReferenceArray<>(hosts);
        long now = nanoTime.getAsLong();
        IntStream.range(0, hosts).forEach(host -> seen.set(host, new Seen(Sight.UNKNOWN, now)));
    }

    /** It was found to be the one that takes writes, so no other is. */
    void primary(int host) {
        for (int other = 0; other < seen.length(); other++) {
            Seen before = seen.get(other);
            if (other != host && before.sight == Sight.PRIMARY) {
                seen.compareAndSet(other, before, new Seen(Sight.UNKNOWN, before.at));
            }
        }
        set(host, Sight.PRIMARY);
    }

    void standby(int host) {
        set(host, Sight.STANDBY);
    }

    void answered(int host) {
        set(host, Sight.ANSWERED);
    }

    void failed(int host) {
        set(host, Sight.FAILED);
    }

    private void set(int host, Sight sight) {
        seen.set(host, new Seen(sight, nanoTime.getAsLong()));
    }

    /** Whether it has not answered lately. */
    boolean isResting(int host) {
        Seen last = seen.get(host);
        return last.sight == Sight.FAILED && nanoTime.getAsLong() - last.at < REST.toNanos();
    }

    /** Whether it was a standby when it last said what it is. */
    boolean wasStandby(int host) {
        return seen.get(host).sight == Sight.STANDBY;
    }

    /** Every host, the most promising first; those of which a standby is wanted by turns. */
    List<Integer> order() {
        int first = target == HostTarget.PREFER_STANDBY ? Math.floorMod(turn.getAndIncrement(), seen.length()) : 0;
        List<Integer> order =
                new ArrayList<>(IntStream.range(0, seen.length()).boxed().toList());
        Collections.rotate(order, -first);
        int[] ranks = IntStream.range(0, seen.length()).map(this::rank).toArray(); // once, because they may change
        order.sort(Comparator.comparingInt(host -> ranks[host]));
        return order;
    }

    private int rank(int host) {
        if (isResting(host)) {
            return 3;
        }
        Sight sight = seen.get(host).sight;
        return switch (target) {
            case PRIMARY -> sight == Sight.PRIMARY ? 0 : sight == Sight.STANDBY ? 2 : 1;
            case PREFER_STANDBY -> sight == Sight.PRIMARY ? 1 : 0;
            case ANY -> sight == Sight.ANSWERED ? 0 : 1;
        };
    }
}
