package org.reactivesessions.testkit.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a link: a thread that reads frames and a thread that lets them leave in order, by the rules.
 *
 * <p>Reading apart from writing keeps delays from adding up: a frame leaves so long after it arrived, however many are
 * on their way.
 */
final class Lane {

    private static final int BUFFER = 65_536;
    /** In place of a pause between its bytes, for a frame that leaves in one piece. */
    private static final long WHOLE = -1;

    private static final long RECHECK_NANOS = 1_000_000;
    /** Bytes stay unread for good where the other direction is held and full. */
    private static final long MAX_UNREAD_NANOS = 1_000_000_000;

    private final Direction direction;
    private final Link link;
    private final Rulebook rulebook;
    private final Conversation conversation;
    private final FrameReader reader;
    private final Socket to;
    private final FrameQueue queue = new FrameQueue();
    /** What may leave but is collected until nothing more is at hand; used by the writing thread only. */
    private final ByteArrayOutputStream collected = new ByteArrayOutputStream();

    private int collectedFrames;

    Lane(
            Direction direction,
            Link link,
            Rulebook rulebook,
            Conversation conversation,
            EncryptionTalk encryption,
            Socket from,
            Socket to)
            throws IOException {
        this.direction = direction;
        this.link = link;
        this.rulebook = rulebook;
        this.conversation = conversation;
        this.reader = new FrameReader(direction, new BufferedInputStream(from.getInputStream(), BUFFER), encryption);
        this.to = to;
    }

    /** Body of the reading thread: until the stream ends. */
    void read() throws IOException, InterruptedException {
        try {
            for (Frame frame = reader.next(); frame != null; frame = reader.next()) {
                if (direction == Direction.CLIENT) {
                    link.clientSent(frame);
                }
                queue.put(frame);
            }
        } catch (IOException failed) {
            bearIfOf(Direction.CLIENT, failed);
        }
        queue.end();
    }

    /** A client that has gone away neither sends nor takes anything more, which does not matter to a link that outlives it. */
    private void bearIfOf(Direction concerned, IOException failed) throws IOException {
        if (direction != concerned || !link.outlivesClient()) {
            throw failed;
        }
    }

    /** Body of the writing thread: until the last frame has left or the link is cut. */
    void write() throws IOException, InterruptedException {
        for (Frame frame = next(); frame != null; frame = next()) {
            if (!process(frame)) {
                return;
            }
        }
        try {
            to.shutdownOutput();
        } catch (IOException failed) {
            bearIfOf(Direction.SERVER, failed);
        }
        link.ended();
    }

    private @Nullable Frame next() throws IOException, InterruptedException {
        if (queue.isEmpty()) {
            flush();
        }
        Frame frame = queue.take();
        if (frame == null) {
            flush();
        }
        return frame;
    }

    /** Returns false if the frame was the link's last. */
    private boolean process(Frame arrived) throws IOException, InterruptedException {
        Frame frame = arrived;
        String sql = conversation.sqlOf(frame);
        Rule rule = rulebook.actingOn(frame, sql);
        long due = frame.arrivalNanos() + rulebook.latencyNanos();
        long betweenBytes = WHOLE;
        if (rule != null) {
            switch (rule.action()) {
                case HOLD -> {
                    flush();
                    rule.hold(link);
                }
                case DELAY -> {
                    due += rule.delay().toNanos();
                    rule.hit();
                }
                case DRIP -> {
                    betweenBytes = rule.delay().toNanos();
                    rule.hit();
                }
                case REPLACE -> {
                    frame = rule.replacement(frame);
                    sql = conversation.sqlOf(frame);
                    rule.hit();
                }
                case LIE -> {
                    frame = rule.lie(frame);
                    rule.hit();
                }
                case DROP -> {
                    if (direction == Direction.SERVER) {
                        conversation.note(frame, sql);
                    }
                    rule.hit();
                    return true;
                }
                case CUT, RESET -> {
                    flush();
                    link.close(rule.action() == Rule.Action.RESET);
                    rule.hit();
                    return false;
                }
                case WATCH -> throw new AssertionError("a rule that watches does not act");
            }
        }
        waitUntil(due);
        conversation.note(frame, sql);
        if (frame.is(Direction.CLIENT, Frame.CANCEL_REQUEST)) {
            rulebook.cancelRequested();
        }
        if (betweenBytes == WHOLE) {
            collect(frame);
        } else {
            drip(frame, betweenBytes);
        }
        return true;
    }

    /** All bytes but the last by themselves; with that one the frame counts as having left. */
    private void drip(Frame frame, long betweenBytes) throws IOException, InterruptedException {
        flush();
        int last = frame.length() - 1;
        try {
            for (int index = 0; index < last; index++) {
                to.getOutputStream().write(frame.bytes()[index]);
                sleepUntil(System.nanoTime() + betweenBytes);
            }
        } catch (IOException failed) {
            bearIfOf(Direction.SERVER, failed);
        }
        collected.write(frame.bytes()[last]);
        collectedFrames++;
        flush();
    }

    private void collect(Frame frame) throws IOException, InterruptedException {
        collected.writeBytes(frame.bytes());
        collectedFrames++;
        if (collected.size() >= BUFFER) {
            flush();
        }
    }

    private void flush() throws IOException, InterruptedException {
        if (collectedFrames == 0) {
            return;
        }
        RoundTrips count = direction == Direction.SERVER ? rulebook.count() : null;
        if (count != null) {
            awaitQuietClient();
            // Noted first, so that whatever the client sends because of it comes after.
            count.delivered(link.id(), collectedFrames, collected.size());
        }
        try {
            collected.writeTo(to.getOutputStream());
        } catch (IOException failed) {
            bearIfOf(Direction.SERVER, failed);
        }
        collected.reset();
        collectedFrames = 0;
    }

    /** A busy machine may leave a client's bytes unread for longer than the quiet lasts; they count as not quiet. */
    private void awaitQuietClient() throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + MAX_UNREAD_NANOS;
        while (true) {
            long quietAt = link.lastClientNanos() + RoundTrips.QUIET.toNanos();
            if (quietAt - System.nanoTime() > 0) {
                sleepUntil(quietAt);
            } else if (link.hasUnreadFromClient() && giveUp - System.nanoTime() > 0) {
                sleepUntil(System.nanoTime() + RECHECK_NANOS);
            } else {
                return;
            }
        }
    }

    private void waitUntil(long due) throws IOException, InterruptedException {
        if (due - System.nanoTime() > 0) {
            flush();
            sleepUntil(due);
        }
    }

    /** {@link Thread#sleep} of JDK 17 rounds to milliseconds, which is too coarse for a latency. */
    private static void sleepUntil(long due) throws InterruptedException {
        for (long rest = due - System.nanoTime(); rest > 0; rest = due - System.nanoTime()) {
            LockSupport.parkNanos(rest);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
    }
}
