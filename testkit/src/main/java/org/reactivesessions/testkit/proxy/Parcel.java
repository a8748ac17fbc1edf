package org.reactivesessions.testkit.proxy;

import java.nio.ByteBuffer;

/**
 * What came at once and leaves at once.
 *
 * @param lane its way
 * @param due when it leaves, by {@link System#nanoTime()}
 * @param what whether these are bytes
 * @param bytes none unless they are
 */
record Parcel(DelayedLane lane, long due, What what, ByteBuffer bytes) {

    /** What can come. */
    enum What {
        BYTES,
        END,
        RESET
    }

    private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

    /** A copy of what is in a buffer. */
    static Parcel of(DelayedLane lane, long due, ByteBuffer read) {
        ByteBuffer copy = ByteBuffer.allocate(read.remaining());
        copy.put(read).flip();
        return new Parcel(lane, due, What.BYTES, copy);
    }

    static Parcel end(DelayedLane lane, long due) {
        return new Parcel(lane, due, What.END, NOTHING);
    }

    static Parcel reset(DelayedLane lane, long due) {
        return new Parcel(lane, due, What.RESET, NOTHING);
    }
}
