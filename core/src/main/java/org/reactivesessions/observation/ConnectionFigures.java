package org.reactivesessions.observation;

import java.util.EnumMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * How many connections the pool has opened and closed. When nothing is being opened or closed, those that were opened and not
 * closed are those that are there. Immutable.
 *
 * @param opened how many were opened, prepared, and given to the pool
 * @param refused how often one could not be opened
 * @param closed how many were closed, by what made the pool close them; an end that is missing has made none
 * @since 0.1
 */
public record ConnectionFigures(long opened, long refused, Map<ConnectionEnd, Long> closed) {

    /**
     * Creates the figures.
     *
     * @param opened at least 0
     * @param refused at least 0
     * @param closed is copied
     */
    public ConnectionFigures {
        closed = Map.copyOf(closed);
    }

    /**
     * Tells how many were closed for a reason.
     *
     * @param why what made the pool close them
     * @return at least 0
     */
    public long closed(ConnectionEnd why) {
        return closed.getOrDefault(why, 0L);
    }

    /**
     * Tells how many were closed, for whatever reason.
     *
     * @return the sum of {@link #closed()}
     */
    public long allClosed() {
        return closed.values().stream().mapToLong(Long::longValue).sum();
    }

    /**
     * Tells what has come since.
     *
     * @param before what was counted at an earlier moment
     * @return these figures less those
     */
    public ConnectionFigures since(ConnectionFigures before) {
        Map<ConnectionEnd, Long> ends = new EnumMap<>(ConnectionEnd.class);
        closed.forEach((why, count) -> ends.put(why, count - before.closed(why)));
        return new ConnectionFigures(opened - before.opened, refused - before.refused, ends);
    }

    /** One line, in which an end that has made none is left out. */
    @Override
    public String toString() {
        Map<ConnectionEnd, Long> some = new TreeMap<>(closed);
        some.values().removeIf(count -> count == 0);
        return "connections: " + opened + " opened, " + refused + " refused, " + allClosed() + " closed"
                + (some.isEmpty() ? "" : " " + some);
    }
}
