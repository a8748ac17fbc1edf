package org.reactivesessions.testkit.proxy;

import java.util.ArrayDeque;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * The frames of one direction that have arrived and not yet left.
 *
 * <p>Bounded by bytes, so that a receiver that does not read slows its sender down as it would without a proxy.
 * Thread-safe by its monitor; one thread puts, one takes.
 */
final class FrameQueue {

    private static final int MAX_BYTES = 1 << 20;

    private final Queue<Frame> frames = new ArrayDeque<>();
    private int bytes;
    private boolean ended;

    /** Adds a frame, waiting while the queue is full; a frame of any size fits an empty queue. */
    synchronized void put(Frame frame) throws InterruptedException {
        while (bytes > 0 && bytes + (long) frame.length() > MAX_BYTES) {
            wait();
        }
        frames.add(frame);
        bytes += frame.length();
        notifyAll();
    }

    /** Says that no frame follows. */
    synchronized void end() {
        ended = true;
        notifyAll();
    }

    synchronized boolean isEmpty() {
        return frames.isEmpty();
    }

    /** Blocks for the next frame; null after the last. */
    synchronized @Nullable Frame take() throws InterruptedException {
        while (frames.isEmpty() && !ended) {
            wait();
        }
        Frame frame = frames.poll();
        if (frame != null) {
            bytes -= frame.length();
            notifyAll();
        }
        return frame;
    }
}
