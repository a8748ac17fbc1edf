package org.reactivesessions.testkit.proxy;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One rule of a {@link FaultProxy} at work: what it does to which frames, and how often it has done so.
 *
 * <p>Of several rules that match a frame the one made first acts; rules that only watch see every frame all the same. A
 * rule sees a frame when it is that frame's turn to leave, so not while an earlier frame of the same side and link is
 * held. Thread-safe; the proxy's threads and the test's meet at its monitor.
 *
 * @since 0.1.0
 */
public final class Rule {

    /** What a rule does to a frame. */
    enum Action {
        WATCH,
        HOLD,
        DELAY,
        SLICE,
        REPLACE,
        CORRUPT,
        LIE,
        DROP,
        CUT,
        RESET
    }

    private final FrameMatch match;
    private final Action action;
    private final Duration delay;
    private final String text;
    private final Consumer<Rule> remover;
    private final Set<Link> links = new HashSet<>();
    private int seen;
    private int unseen;
    private int matched;
    private int hits;
    private int held;
    private boolean open;

    /**
     * @param delay of use to DELAY and SLICE, and to HOLD as its limit, where zero is none
     * @param text of use to REPLACE, and as a number to LIE (the length it tells), SLICE (a size) and CORRUPT (a position)
     */
    Rule(FrameMatch match, Action action, Duration delay, String text, Consumer<Rule> remover) {
        this.match = match;
        this.action = action;
        this.delay = delay;
        this.text = text;
        this.remover = remover;
    }

    /**
     * Frames this rule has acted on so far.
     *
     * @return the number of frames acted on, including those held at the moment
     */
    public synchronized int hits() {
        return hits;
    }

    /**
     * Frames held at the moment, at most one per link and side.
     *
     * @return the number of frames held at the moment
     */
    public synchronized int held() {
        return held;
    }

    /**
     * Blocks until the rule has acted at least once; a frame to be held is held by then, a link to be cut is cut.
     *
     * @param atMost how long to wait
     * @return this rule
     * @throws AssertionError if no frame matched in time
     */
    public Rule awaitHit(Duration atMost) {
        return awaitHits(1, atMost);
    }

    /**
     * Blocks until the rule has acted a number of times.
     *
     * @param count how many frames to wait for
     * @param atMost how long to wait
     * @return this rule
     * @throws AssertionError if fewer frames matched in time
     */
    public synchronized Rule awaitHits(int count, Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        try {
            while (hits < count) {
                long remaining = deadline - System.nanoTime();
                if (remaining <= 0) {
                    throw new AssertionError("expected " + count + " hit(s) of " + this + " within " + atMost.toMillis()
                            + " ms, but there were " + hits + " among " + seen + " frames seen" + blindness());
                }
                wait(remaining / 1_000_000, (int) (remaining % 1_000_000));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for " + this, e);
        }
        return this;
    }

    private String blindness() {
        return unseen == 0
                ? ""
                : ", of which " + unseen
                        + " were pieces of an encrypted link: their messages cannot be seen. Match them by"
                        + " FrameMatch.encryptedFromClient() or encryptedFromServer(), or connect without TLS";
    }

    /** Lets go of the frames held and holds no more; later matches still count as hits. No effect on other actions. */
    public synchronized void release() {
        open = true;
        notifyAll();
    }

    /**
     * Blocks until every link has ended of which the rule has held a frame: unless it was cut, all that was sent on it has
     * arrived, and all that was answered was seen.
     *
     * @param atMost how long to wait
     * @throws AssertionError if one of them is still open when the time is over
     */
    public void awaitEnds(Duration atMost) {
        long deadline = System.nanoTime() + atMost.toNanos();
        List<Link> wanted;
        synchronized (this) {
            wanted = List.copyOf(links);
        }
        try {
            for (Link link : wanted) {
                if (!link.awaitEnd(deadline - System.nanoTime())) {
                    throw new AssertionError(
                            "a link that met the " + this + " was still open after " + atMost.toMillis() + " ms");
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for the ends of the links that met the " + this, e);
        }
    }

    /** Ends the rule: frames it holds go on, later frames do not meet it. */
    public void remove() {
        remover.accept(this);
        release();
    }

    Action action() {
        return action;
    }

    Duration delay() {
        return delay;
    }

    /** What leaves instead of a frame. */
    Frame replacement(Frame frame) {
        return frame.withText(text);
    }

    /** A frame that tells another length than it has. */
    Frame lie(Frame frame) {
        return frame.withLength(number());
    }

    /** A frame with one byte that is another; the same one if it is too short for that. */
    Frame corrupted(Frame frame) {
        return number() < frame.length() ? frame.withInverted(number()) : frame;
    }

    /** How many bytes leave at a time. */
    int pieceSize() {
        return number();
    }

    private int number() {
        return Integer.parseInt(text);
    }

    /** Whether the rule is to act on this frame; counts occurrences. */
    synchronized boolean applies(Frame frame, String sql) {
        seen++;
        if (match.isBlindTo(frame)) {
            unseen++;
        }
        return match.matches(frame, sql) && match.means(++matched);
    }

    /** Notes that the rule has acted. */
    synchronized void hit() {
        hits++;
        notifyAll();
    }

    /** Ends a link. Whoever has seen the link end sees the hit, and the other way round. */
    synchronized void end(Link link) {
        link.close(action == Action.RESET);
        hit();
    }

    /** Blocks a thread of the proxy until the rule lets go or its time is over, or until that thread is interrupted. */
    synchronized void hold(Link link) throws InterruptedException {
        held++;
        links.add(link);
        hit();
        long deadline = System.nanoTime() + delay.toNanos();
        try {
            while (!open) {
                long remaining = deadline - System.nanoTime();
                if (delay.isZero()) {
                    wait();
                } else if (remaining > 0) {
                    wait(remaining / 1_000_000, (int) (remaining % 1_000_000));
                } else {
                    return;
                }
            }
        } finally {
            held--;
        }
    }

    @Override
    public String toString() {
        return action.name().toLowerCase(Locale.ROOT) + " of " + match;
    }
}
