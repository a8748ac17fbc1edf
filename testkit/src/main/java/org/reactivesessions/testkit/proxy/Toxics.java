package org.reactivesessions.testkit.proxy;

import java.time.Duration;
import java.util.Random;

/**
 * What one direction of every link does to bytes, whatever they mean: the faults of Toxiproxy by the names they have there.
 * They need no frames, so they act on encrypted links as well.
 *
 * <p>Each holds from now on, for links that are open and those to come, until it is set again or {@link #clear()}; all can be
 * had at once. Jitter and the sizes of slices come from a random generator with a {@linkplain #seed(long) seed}. Thread-safe.
 *
 * @since 0.1
 */
public final class Toxics {

    private static final long NONE = -1;

    private final Random random = new Random(0);
    private long latency;
    private long jitter;
    private long bytesPerSecond = NONE;
    private int sliceSize;
    private int sliceVariation;
    private long betweenSlices;
    private long dataLimit = NONE;
    private long slowClose;
    private long endAfter = NONE;
    private boolean endByReset;

    Toxics() {}

    /**
     * Delays everything by the same time; what is under way does not wait for each other.
     *
     * @param time how long after its arrival a frame, or a piece of an encrypted stream, leaves; not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Toxics latency(Duration time) {
        return latency(time, Duration.ZERO);
    }

    /**
     * Delays everything by a time that differs. What leaves keeps its order, so a short delay waits for a long one before it.
     *
     * @param time the time in the middle; not negative
     * @param spread by how much it is shorter or longer at most, every value as likely; not longer than the time
     * @return this
     * @throws IllegalArgumentException if one is negative, or the spread longer than the time
     */
    public synchronized Toxics latency(Duration time, Duration spread) {
        notNegative("latency", time);
        notNegative("jitter", spread);
        if (spread.compareTo(time) > 0) {
            throw new IllegalArgumentException(
                    "jitter (" + spread + ") must not be longer than latency (" + time + ")");
        }
        latency = time.toNanos();
        jitter = spread.toNanos();
        return this;
    }

    /**
     * Lets no more than so many bytes of each link leave in a second.
     *
     * @param bytes at least 1
     * @return this
     * @throws IllegalArgumentException if it is less
     */
    public synchronized Toxics bandwidth(long bytes) {
        atLeast("bandwidth", 1, bytes);
        bytesPerSecond = bytes;
        return this;
    }

    /**
     * Cuts the stream into small pieces, wherever a frame begins or ends.
     *
     * @param averageSize bytes of a piece, at least 1
     * @param sizeVariation by how many it is smaller or larger at most; less than the average
     * @param between how long each piece waits behind the one before it; not negative
     * @return this
     * @throws IllegalArgumentException if one of them is out of its range
     */
    public synchronized Toxics slicer(int averageSize, int sizeVariation, Duration between) {
        atLeast("averageSize", 1, averageSize);
        atLeast("sizeVariation", 0, sizeVariation);
        notNegative("between", between);
        if (sizeVariation >= averageSize) {
            throw new IllegalArgumentException(
                    "sizeVariation (" + sizeVariation + ") must be less than averageSize (" + averageSize + ")");
        }
        sliceSize = averageSize;
        sliceVariation = sizeVariation;
        betweenSlices = between.toNanos();
        return this;
    }

    /**
     * Closes a link (FIN) when so many bytes of it have left in this direction, counted from when it was opened.
     *
     * @param bytes how many leave; not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public synchronized Toxics limitData(long bytes) {
        atLeast("limitData", 0, bytes);
        dataLimit = bytes;
        return this;
    }

    /**
     * Passes the end of the stream (FIN) on so much later.
     *
     * @param delay how much; not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public synchronized Toxics slowClose(Duration delay) {
        notNegative("slowClose", delay);
        slowClose = delay.toNanos();
        return this;
    }

    /**
     * Keeps everything back, and closes the link (FIN) when the first of it has waited for so long. For a link that is never
     * closed, hold its frames: {@link FaultProxy#hold(FrameMatch)}.
     *
     * @param time how long; not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Toxics timeout(Duration time) {
        return endAfter("timeout", time, false);
    }

    /**
     * Keeps everything back, and resets the link (RST) when the first of it has waited for so long.
     *
     * @param time how long; not negative
     * @return this
     * @throws IllegalArgumentException if it is negative
     */
    public Toxics resetPeer(Duration time) {
        return endAfter("resetPeer", time, true);
    }

    private synchronized Toxics endAfter(String name, Duration time, boolean reset) {
        notNegative(name, time);
        endAfter = time.toNanos();
        endByReset = reset;
        return this;
    }

    /**
     * Begins the random numbers anew.
     *
     * @param seed where; the same seed gives the same jitter and slices to the same traffic of one link
     * @return this
     */
    public synchronized Toxics seed(long seed) {
        random.setSeed(seed);
        return this;
    }

    /**
     * Takes all of them away; what was kept back leaves.
     *
     * @return this
     */
    public synchronized Toxics clear() {
        latency = 0;
        jitter = 0;
        bytesPerSecond = NONE;
        sliceSize = 0;
        sliceVariation = 0;
        betweenSlices = 0;
        dataLimit = NONE;
        slowClose = 0;
        endAfter = NONE;
        notifyAll();
        return this;
    }

    /** How long after its arrival the next frame leaves. */
    synchronized long nextLatencyNanos() {
        return jitter == 0 ? latency : latency - jitter + random.nextLong(2 * jitter + 1);
    }

    /** How many bytes leave at once of so many that are left; with a bandwidth, what leaves in a tenth of a second. */
    synchronized int nextSlice(int left) {
        int size = left;
        if (sliceSize > 0) {
            size = Math.min(size, sliceSize - sliceVariation + random.nextInt(2 * sliceVariation + 1));
        }
        if (bytesPerSecond != NONE) {
            size = (int) Math.min(size, Math.max(1, bytesPerSecond / 10));
        }
        return size;
    }

    synchronized long betweenSlicesNanos() {
        return betweenSlices;
    }

    /** How long a link is busy with so many bytes. */
    synchronized long nanosFor(int bytes) {
        return bytesPerSecond == NONE ? 0 : (long) (1e9 * bytes / bytesPerSecond);
    }

    /** How many of so many bytes may leave behind others. */
    synchronized int allowed(long before, int bytes) {
        return dataLimit == NONE ? bytes : (int) Math.max(0, Math.min(bytes, dataLimit - before));
    }

    synchronized long slowCloseNanos() {
        return slowClose;
    }

    /**
     * Keeps a frame back that arrived at a time, if they are to end its link.
     *
     * @return whether that is due; false if there is no such toxic, or not any more
     */
    synchronized boolean keepsBack(long arrivalNanos) throws InterruptedException {
        while (endAfter != NONE) {
            long rest = arrivalNanos + endAfter - System.nanoTime();
            if (rest <= 0) {
                return true;
            }
            wait(rest / 1_000_000, (int) (rest % 1_000_000));
        }
        return false;
    }

    /** Whether links are to end instead of anything leaving. */
    synchronized boolean endLinks() {
        return endAfter != NONE;
    }

    synchronized boolean endsByReset() {
        return endByReset;
    }

    private static void notNegative(String name, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(name + " must not be negative, but was " + value);
        }
    }

    private static void atLeast(String name, long least, long value) {
        if (value < least) {
            throw new IllegalArgumentException(name + " must be >= " + least + ", but was " + value);
        }
    }
}
