package org.reactivesessions.pool;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.publisher.MonoSink;
import reactor.core.scheduler.Scheduler;

/**
 * When the next connection may be opened: some at once, as a cold pool needs them, then so many in a second, each at a random
 * moment of its own part of the second, so that processes that lost their connections together do not come back together.
 *
 * <p>Who closes a connection by choice gives its turn back, so that it can be replaced at once, however often that is. What
 * speaks for an outage takes away the turns that were saved: each connection that was lost its share, and a database that does
 * not answer all. One is always left, so that somebody tries. None is saved again before a connection was opened.
 *
 * <p>Who waits is served in order. Thread-safe; a turn begins on the thread that asks for it, or on the timer's.
 */
final class ReconnectPace {

    private static final String NO_TIMER = "the timer was shut down, so no connection is opened any more";

    private final int atOnce;
    private final double share;
    private final double nanosPerTurn;
    private final Scheduler timer;
    private final LongSupplier nanoTime;
    private final DoubleSupplier chance;

    // Guarded by this.
    private final Deque<MonoSink<Void>> waiting = new ArrayDeque<>();
    private double saved;
    private int mostSaved;
    private long savedAt;
    private boolean armed; // the timer is set
    /** Why nobody gets a turn any more. */
    private @Nullable String closed;

    /**
     * @param size how many connections there may be, at least 1; as many turns there are to begin with
     * @param perSecond how many turns are added in a second, at least 1; as many are saved if that is more
     * @param chance from 0 to below 1, evenly
     */
    ReconnectPace(int size, int perSecond, Scheduler timer, LongSupplier nanoTime, DoubleSupplier chance) {
        this.atOnce = Math.max(size, perSecond);
        this.share = (double) atOnce / size;
        this.nanosPerTurn = (double) TimeUnit.SECONDS.toNanos(1) / perSecond;
        this.timer = timer;
        this.nanoTime = nanoTime;
        this.chance = chance;
        this.saved = atOnce;
        this.mostSaved = atOnce;
        this.savedAt = nanoTime.getAsLong();
    }

    /**
     * Waits for a turn.
     *
     * @return a cold mono that completes when it has come, and fails when the pace was closed; who cancels has taken none
     */
    Mono<Void> turn() {
        return Mono.create(sink -> {
            sink.onCancel(() -> leave(sink));
            switch (enter(sink)) {
                case NOW -> sink.success();
                case LATER -> arm();
                case NEVER -> sink.error(new IllegalStateException(closed));
            }
        });
    }

    private enum Entrance {
        NOW,
        LATER,
        NEVER
    }

    private synchronized Entrance enter(MonoSink<Void> sink) {
        if (closed != null) {
            return Entrance.NEVER;
        }
        save();
        if (waiting.isEmpty() && saved >= 1) {
            saved--;
            return Entrance.NOW;
        }
        waiting.add(sink);
        return Entrance.LATER;
    }

    private synchronized void leave(MonoSink<Void> sink) {
        waiting.remove(sink);
    }

    /** While somebody waits, what comes is his, and none of it is lost because there is too much. */
    private void save() {
        long now = nanoTime.getAsLong();
        double sum = saved + Math.max(0, now - savedAt) / nanosPerTurn;
        saved = waiting.isEmpty() ? Math.min(sum, Math.max(mostSaved, 1)) : sum;
        savedAt = now;
    }

    /**
     * The next turn has a part of the second for itself, and comes at some moment of it. A timer that is shut down forgets what it
     * was to do, so whoever sees anything looks whether it was, for those as well who wait for it already.
     */
    private void arm() {
        boolean gone = timer.isDisposed();
        long wait;
        synchronized (this) {
            if (waiting.isEmpty() || (armed && !gone)) {
                return;
            }
            armed = true;
            save();
            wait = (long) Math.max(0, (1 - saved + chance.getAsDouble()) * nanosPerTurn);
        }
        if (gone) {
            closeWith(NO_TIMER, null);
            return;
        }
        try {
            timer.schedule(this::next, wait, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException refused) {
            closeWith(NO_TIMER, refused);
        }
    }

    private void next() {
        MonoSink<Void> served;
        synchronized (this) {
            armed = false;
            save();
            served = saved >= 1 ? waiting.poll() : null;
            if (served != null) {
                saved--;
            }
        }
        if (served != null) {
            served.success(); // who leaves at this moment takes it with him
        }
        arm();
    }

    /** A connection was closed by choice. */
    void freed() {
        MonoSink<Void> served = null;
        synchronized (this) {
            save();
            if (waiting.isEmpty()) {
                saved = Math.min(saved + 1, Math.max(saved, mostSaved));
            } else if (mostSaved == atOnce) { // nobody saves, nor is given anything, before a connection was opened
                served = waiting.poll();
            }
        }
        if (served != null) {
            served.success();
        }
        arm();
    }

    /** A connection was found lost: of those that may come back at once, its share is gone. */
    void lost() {
        synchronized (this) {
            save();
            saved = Math.min(saved, Math.max(1, saved - share));
        }
        arm();
    }

    /** The database does not answer: one tries, and nobody saves until it does. */
    void outage() {
        synchronized (this) {
            save();
            saved = Math.min(saved, 1);
            mostSaved = 1;
        }
        arm();
    }

    /** A connection was opened. */
    void opened() {
        synchronized (this) {
            mostSaved = atOnce;
        }
        arm();
    }

    /** Whoever waits fails, and whoever comes later. */
    void close() {
        closeWith("the pool was closed, so no connection is opened any more", null);
    }

    private void closeWith(String why, @Nullable Throwable cause) {
        List<MonoSink<Void>> left;
        synchronized (this) {
            closed = why;
            left = new ArrayList<>(waiting);
            waiting.clear();
        }
        left.forEach(sink -> sink.error(new IllegalStateException(why, cause)));
    }
}
