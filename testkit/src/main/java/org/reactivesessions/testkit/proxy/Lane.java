package org.reactivesessions.testkit.proxy;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a link: a thread that reads frames and a thread that lets them leave in order, by the rules.
 *
 * <p>Reading apart from writing keeps delays from adding up: a frame leaves so long after it arrived, however many are
 * on their way.
 */
final class Lane {

    private static final int BUFFER = 65_536;
    private static final long RECHECK_NANOS = 1_000_000;
    /** Bytes stay unread for good where the other direction is held and full. */
    private static final long MAX_UNREAD_NANOS = 1_000_000_000;

    private final Direction direction;
    private final Link link;
    private final Rulebook rulebook;
    private final Conversation conversation;
    private final FrameReader reader;
    private final Socket to;
    private final Toxics toxics;
    private final Outlet outlet;
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
        this.toxics = rulebook.toxics(direction);
        this.outlet = new Outlet(to.getOutputStream(), toxics);
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
        Outlet.sleepUntil(System.nanoTime() + toxics.slowCloseNanos());
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
        Frame leaving = frame;
        long due = frame.arrivalNanos() + toxics.nextLatencyNanos();
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
                case SLICE -> rule.hit();
                case REPLACE -> {
                    frame = rule.replacement(frame);
                    leaving = frame;
                    sql = conversation.sqlOf(frame);
                    rule.hit();
                }
                case CORRUPT -> {
                    leaving = rule.corrupted(frame);
                    if (leaving != frame) {
                        rule.hit();
                    }
                }
                case LIE -> {
                    leaving = rule.lie(frame);
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
                    rule.end(link);
                    return false;
                }
                case WATCH -> throw new AssertionError("a rule that watches does not act");
            }
        }
        if (toxics.endLinks()) {
            flush();
            if (toxics.keepsBack(frame.arrivalNanos())) {
                link.close(toxics.endsByReset());
                return false;
            }
        }
        waitUntil(due);
        conversation.note(frame, sql);
        if (frame.is(Direction.CLIENT, Frame.CANCEL_REQUEST)) {
            rulebook.cancelRequested();
        }
        if (rule != null && rule.action() == Rule.Action.SLICE) {
            slice(leaving, rule.pieceSize(), rule.delay().toNanos());
        } else {
            collect(leaving);
        }
        return true;
    }

    /** Each piece by itself; with the last one the frame counts as having left. */
    private void slice(Frame frame, int size, long between) throws IOException, InterruptedException {
        flush();
        int start = 0;
        for (; start + size < frame.length(); start += size) {
            leave(Arrays.copyOfRange(frame.bytes(), start, start + size));
            Outlet.sleepUntil(System.nanoTime() + between);
        }
        collected.write(frame.bytes(), start, frame.length() - start);
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
        byte[] bytes = collected.toByteArray();
        collected.reset();
        collectedFrames = 0;
        leave(bytes);
    }

    private void leave(byte[] bytes) throws IOException, InterruptedException {
        try {
            if (outlet.write(bytes)) {
                return;
            }
        } catch (IOException failed) {
            bearIfOf(Direction.SERVER, failed);
            return;
        }
        link.close(false);
        throw new IOException("no more data may leave");
    }

    /** A busy machine may leave a client's bytes unread for longer than the quiet lasts; they count as not quiet. */
    private void awaitQuietClient() throws IOException, InterruptedException {
        long giveUp = System.nanoTime() + MAX_UNREAD_NANOS;
        while (true) {
            long quietAt = link.lastClientNanos() + RoundTrips.QUIET.toNanos();
            if (quietAt - System.nanoTime() > 0) {
                Outlet.sleepUntil(quietAt);
            } else if (link.hasUnreadFromClient() && giveUp - System.nanoTime() > 0) {
                Outlet.sleepUntil(System.nanoTime() + RECHECK_NANOS);
            } else {
                return;
            }
        }
    }

    private void waitUntil(long due) throws IOException, InterruptedException {
        if (due - System.nanoTime() > 0) {
            flush();
            Outlet.sleepUntil(due);
        }
    }
}
