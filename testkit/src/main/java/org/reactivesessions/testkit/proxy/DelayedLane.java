package org.reactivesessions.testkit.proxy;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/**
 * One direction of a link. Two threads use it: one reads and asks {@link #isFullWith}, the other writes.
 */
final class DelayedLane {

    private static final long MOST = 4L << 20;

    private final DelayedLink link;
    private final SocketChannel from;
    private final SocketChannel to;
    private final Consumer<DelayedLane> onRelief;
    private final AtomicLong onTheWay = new AtomicLong();
    /** What is due but not taken by the receiver, by the writing thread only. */
    private final Deque<Parcel> stalled = new ArrayDeque<>();

    /** @param onRelief hears that there is room again after it was full */
    DelayedLane(DelayedLink link, SocketChannel from, SocketChannel to, Consumer<DelayedLane> onRelief) {
        this.link = link;
        this.from = from;
        this.to = to;
        this.onRelief = onRelief;
    }

    SocketChannel from() {
        return from;
    }

    /** Whether so many bytes more are as many as may be on their way, so that no more are to be read for now. */
    boolean isFullWith(int more) {
        return onTheWay.addAndGet(more) >= MOST;
    }

    /** Lets it leave; tells whether it has, and does not wait. */
    boolean write(Parcel parcel) {
        if (!stalled.isEmpty() || !leaves(parcel)) {
            stalled.add(parcel);
        }
        return stalled.isEmpty();
    }

    /** Lets leave what waits; tells whether all of it has. */
    boolean writeStalled() {
        while (!stalled.isEmpty() && leaves(stalled.element())) {
            stalled.remove();
        }
        return stalled.isEmpty();
    }

    /** Whether all of it has left, which it never will if the link is closed. */
    private boolean leaves(Parcel parcel) {
        try {
            switch (parcel.what()) {
                case BYTES -> relieve(to.write(parcel.bytes()));
                case END -> {
                    to.shutdownOutput();
                    link.ended();
                }
                case RESET -> link.reset();
            }
            return !parcel.bytes().hasRemaining();
        } catch (IOException broken) {
            link.reset();
            return true;
        }
    }

    private void relieve(int size) {
        long left = onTheWay.addAndGet(-size);
        if (left < MOST && left + size >= MOST) {
            onRelief.accept(this);
        }
    }
}
