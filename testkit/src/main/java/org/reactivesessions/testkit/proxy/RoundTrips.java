package org.reactivesessions.testkit.proxy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.ToLongFunction;

/**
 * A count of round trips through a {@link FaultProxy}, from its start until it is closed.
 *
 * <p>All frames a client sends between two deliveries to it are one flight. While a count is open, a client is
 * delivered a reply only after it was quiet for 50 ms, so the figure tells what the client waited for and not how fast
 * anybody was; everything takes that much longer. The client's goodbye (Terminate) is a frame but no flight, as nothing
 * answers it. Thread-safe; the figures stay readable after {@link #close()}.
 *
 * @since 0.1.0
 */
public final class RoundTrips implements AutoCloseable {

    /** How long a client has to be quiet before it is delivered a reply. */
    static final Duration QUIET = Duration.ofMillis(50);

    private final Map<Long, Tally> tallies = new TreeMap<>();
    private final Consumer<RoundTrips> end;
    private boolean closed;

    RoundTrips(Consumer<RoundTrips> end) {
        this.end = end;
    }

    /**
     * Flights of all links.
     *
     * @return the number of times a client sent something after a delivery or after the start of the count
     */
    public long flights() {
        return sum(Traffic::flights);
    }

    /**
     * Frames of clients.
     *
     * @return the number of frames that arrived from clients
     */
    public long clientFrames() {
        return sum(Traffic::clientFrames);
    }

    /**
     * Bytes of clients.
     *
     * @return the number of bytes in the frames that arrived from clients
     */
    public long clientBytes() {
        return sum(Traffic::clientBytes);
    }

    /**
     * Frames of servers.
     *
     * @return the number of frames delivered to clients
     */
    public long serverFrames() {
        return sum(Traffic::serverFrames);
    }

    /**
     * Bytes of servers.
     *
     * @return the number of bytes in the frames delivered to clients
     */
    public long serverBytes() {
        return sum(Traffic::serverBytes);
    }

    /**
     * The same figures for each link that had any traffic.
     *
     * @return one entry per link, in the order the links were opened
     */
    public synchronized List<Traffic> perLink() {
        return tallies.values().stream().map(Tally::traffic).toList();
    }

    /** Ends the count: replies are delivered at once again and the figures stay as they are. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
        }
        end.accept(this);
    }

    synchronized void arrived(long link, Frame frame) {
        if (closed) {
            return;
        }
        Tally tally = tally(link);
        if (tally.delivered && frame.type() != 'X') {
            tally.flights++;
            tally.delivered = false;
        }
        tally.clientFrames++;
        tally.clientBytes += frame.length();
    }

    synchronized void delivered(long link, int frames, int bytes) {
        if (closed) {
            return;
        }
        Tally tally = tally(link);
        tally.delivered = true;
        tally.serverFrames += frames;
        tally.serverBytes += bytes;
    }

    private Tally tally(long link) {
        return tallies.computeIfAbsent(link, Tally::new);
    }

    private long sum(ToLongFunction<Traffic> figure) {
        return perLink().stream().mapToLong(figure).sum();
    }

    @Override
    public String toString() {
        return "RoundTrips" + perLink();
    }

    /**
     * The figures of one link.
     *
     * @param link number of the link, counted from 1 in the order of opening
     * @param flights flights of its client
     * @param clientFrames frames that arrived from its client
     * @param clientBytes bytes in those frames
     * @param serverFrames frames delivered to its client
     * @param serverBytes bytes in those frames
     */
    public record Traffic(
            long link, long flights, long clientFrames, long clientBytes, long serverFrames, long serverBytes) {}

    private static final class Tally {
        private final long link;
        private boolean delivered = true;
        private long flights;
        private long clientFrames;
        private long clientBytes;
        private long serverFrames;
        private long serverBytes;

        private Tally(long link) {
            this.link = link;
        }

        private Traffic traffic() {
            return new Traffic(link, flights, clientFrames, clientBytes, serverFrames, serverBytes);
        }
    }
}
