package org.reactivesessions.testkit.proxy;

import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;

/** One direction of a link. Two threads use it: one reads and asks {@link #isFullWith}, the other writes. */
final class DelayedLane {

    private static final long MOST = 4L << 20;

    /** Hears from the writing thread. */
    interface Listener {

        /** There is room again, after the lane was full. */
        void relieved(DelayedLane lane);

        /** The receiver has gone, and whoever sends to it is to hear that. */
        void broken(DelayedLane lane);
    }

    private final DelayedLink link;
    private final SocketChannel from;
    private final SocketChannel to;
    private final Listener listener;
    private final AtomicLong onTheWay = new AtomicLong();

    // By the writing thread only.
    private final Deque<Parcel> stalled = new ArrayDeque<>();
    private boolean broken;

    DelayedLane(DelayedLink link, SocketChannel from, SocketChannel to, Listener listener) {
        this.link = link;
        this.from = from;
        this.to = to;
        this.listener = listener;
    }

    DelayedLink link() {
        return link;
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
        stalled.add(parcel);
        return writeStalled();
    }

    /** Lets leave what waits; tells whether all of it has. */
    boolean writeStalled() {
        while (!stalled.isEmpty() && leaves(stalled.element())) {
            stalled.remove();
        }
        return stalled.isEmpty();
    }

    /** Whether all of it has left. What is for a receiver that has gone is lost, as it is on any network. */
    private boolean leaves(Parcel parcel) {
        try {
            switch (parcel.what()) {
                case BYTES -> relieve(broken ? skip(parcel) : to.write(parcel.bytes()));
                case END -> end();
                case RESET -> link.reset();
            }
        } catch (IOException gone) {
            broken = true;
            listener.broken(this);
            relieve(skip(parcel));
        }
        return !parcel.bytes().hasRemaining();
    }

    private void end() throws IOException {
        if (!broken) {
            to.shutdownOutput();
        }
        link.ended();
    }

    private static int skip(Parcel parcel) {
        int rest = parcel.bytes().remaining();
        parcel.bytes().position(parcel.bytes().limit());
        return rest;
    }

    private void relieve(int size) {
        long left = onTheWay.addAndGet(-size);
        if (left < MOST && left + size >= MOST) {
            listener.relieved(this);
        }
    }
}
