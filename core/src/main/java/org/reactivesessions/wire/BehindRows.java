package org.reactivesessions.wire;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The rule for a statement that comes while the rows of another one are being read. A connection answers one after the
 * other, so the newcomer gets its turn when those rows have been read; if whoever reads them waits for the newcomer, never.
 *
 * <p>The newcomer is sent behind the rows, unless they have certainly stopped: then it is held back until they go on or are
 * over, and fails at once if it came out of the last row that was asked for and there are more. Whoever waits for as long as
 * the {@link Patience} lasts, without anybody asking for rows, fails too: a slow reader and a deadlock look the same.
 *
 * <p>Only where a driver's answers come on an event loop: one that blocks in {@code subscribe} has read its rows by then.
 *
 * <p>Belongs to the executor.
 */
final class BehindRows {

    private static final Logger log = LoggerFactory.getLogger(BehindRows.class);

    private final OpenStatements open;
    private final WireExecutor executor;
    private final Patience patience;
    /** Made when somebody comes behind rows, which is seldom. */
    private Deque<Watched> watched = NOBODY;

    private boolean looking;

    private static final Deque<Watched> NOBODY = new ArrayDeque<>(0);

    private record Watched(Newcomer newcomer, long since) {}

    BehindRows(OpenStatements open, WireExecutor executor, Patience patience) {
        this.open = open;
        this.executor = executor;
        this.patience = patience;
    }

    /** Who comes. All of it happens on the executor. */
    interface Newcomer extends Runnable {

        /** What it does, for messages. */
        String what();

        /** Whether it has been answered or given up. */
        boolean isOver();

        /** Whether it may be sent while rows are on their way, which could stop. */
        boolean mayBeSentBehind();

        /** Itself, once it was sent. */
        @Nullable
        GatedSubscriber<?> sent();

        /** It will not get its turn. */
        void stuck(Throwable why);
    }

    /**
     * Whether a newcomer must not be sent now; then it is run again, or is stuck, later.
     *
     * @param first whether it comes for the first time
     */
    boolean mustWait(Newcomer newcomer, boolean first) {
        if (!executor.isConfined() || open.aheadOf(null, GatedSubscriber::isPaced) == null) {
            return false;
        }
        if (first) {
            watch(newcomer);
        }
        GatedSubscriber<?> rows = open.aheadOf(null, GatedSubscriber::stopsExactly);
        if (rows == null || (newcomer.mayBeSentBehind() && !rows.pace().isPaused())) {
            return false;
        }
        if (watched.stream().noneMatch(each -> each.newcomer == newcomer)) {
            watch(newcomer); // these are other rows than before
        }
        rows.pace().hold(newcomer);
        return true;
    }

    long now() {
        return patience.nanoTime().getAsLong();
    }

    void comeAgain(Newcomer newcomer) {
        executor.execute(newcomer);
    }

    /** One timer for all who wait: they are answered in their order, so who is over is found at the head. */
    private void watch(Newcomer newcomer) {
        if (watched == NOBODY) {
            watched = new ArrayDeque<>(2);
        }
        while (!watched.isEmpty() && watched.getFirst().newcomer.isOver()) {
            watched.removeFirst();
        }
        watched.addLast(new Watched(newcomer, now()));
        if (!looking) {
            lookIn(patience.limit().toNanos());
        }
    }

    private void lookIn(long nanos) {
        looking = true;
        try {
            patience.timer().schedule(() -> executor.execute(this::look), nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException gone) {
            log.warn("The timer was shut down, so nothing ends a statement that waits behind rows for ever", gone);
        }
    }

    private void look() {
        looking = false;
        watched.removeIf(
                each -> each.newcomer.isOver() || open.aheadOf(each.newcomer.sent(), GatedSubscriber::isPaced) == null);
        long next = patience.limit().toNanos();
        List<Watched> due = new ArrayList<>();
        for (Watched each : watched) {
            long left = left(each);
            if (left <= 0) {
                due.add(each);
            } else {
                next = Math.min(next, left);
            }
        }
        watched.removeAll(due);
        if (!watched.isEmpty()) {
            lookIn(next);
        }
        due.forEach(each -> refuseLate(each.newcomer));
    }

    /** How many nanoseconds it may still wait. */
    private long left(Watched each) {
        GatedSubscriber<?> rows = open.aheadOf(each.newcomer.sent(), GatedSubscriber::isPaused);
        long now = now();
        long limit = patience.limit().toNanos();
        return rows == null
                ? limit
                : limit - Math.min(now - each.since, rows.pace().pausedFor(now));
    }

    private void refuseLate(Newcomer newcomer) {
        GatedSubscriber<?> rows = open.aheadOf(newcomer.sent(), GatedSubscriber::isPaused);
        if (rows != null && !newcomer.isOver()) {
            refuse(newcomer, rows, "nobody has asked for " + patience.limit().toMillis() + " ms");
        }
    }

    static void refuse(Newcomer newcomer, GatedSubscriber<?> rows, String because) {
        newcomer.stuck(new IllegalStateException("\"" + newcomer.what() + "\" "
                + (newcomer.sent() == null ? "was not sent" : "is not answered")
                + ", because it waits behind the rows of \"" + rows.what() + "\", for more of which nobody asks: "
                + because
                + ". A connection answers one statement after the other. Collect those rows first, read them by"
                + " cursor(n), or let the statements follow each other."));
    }
}
