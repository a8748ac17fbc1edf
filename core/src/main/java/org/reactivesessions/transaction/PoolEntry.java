package org.reactivesessions.transaction;

import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.pool.Acquisition;
import org.reactivesessions.pool.Lease;
import org.reactivesessions.resilience.Attempts;
import org.reactivesessions.resilience.Permission;
import org.reactivesessions.wire.StatementGate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * A connection of one's own, from the pool: {@code Retry(CircuitBreaker(timeout(acquire)))} inside one deadline. What a
 * retry needs is made after the first failure.
 *
 * <p>Thread-safe: the attempts come one after another, and a cancel or the deadline may come at any moment.
 */
final class PoolEntry implements Entry, Acquisition.Receiver {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.transaction");
    private static final Duration AT_LEAST = Duration.ofMillis(1);

    private final Receiver receiver;
    private final PoolAccess access;
    private final BiFunction<Lease, StatementGate, HeldConnection> use;
    private final boolean takesOver;
    private final boolean holdsAnother;
    private final String who;
    private final long startedAt;
    private @Nullable Attempts attempts;
    private @Nullable Throwable lastError;
    private Duration wait = Duration.ZERO;
    private volatile @Nullable Lease lease;

    /** How far an attempt has got. */
    private enum Step {
        ASKING,
        TRYING,
        PAUSED,
        OVER
    }

    // Guarded by this.
    private Step step = Step.ASKING;
    private @Nullable Throwable stopped;
    private @Nullable Acquisition acquisition;
    private @Nullable Permission permission;
    private Disposable pause = Disposables.disposed();
    private boolean queued;

    /**
     * @param use what the connection is to be used as
     * @param takesOver whether it can be one whose last command is not answered
     * @param holdsAnother whether the scope holds another connection while it waits for this one
     */
    PoolEntry(
            Receiver receiver,
            PoolAccess access,
            BiFunction<Lease, StatementGate, HeldConnection> use,
            boolean takesOver,
            boolean holdsAnother,
            String who) {
        this.receiver = receiver;
        this.access = access;
        this.use = use;
        this.takesOver = takesOver;
        this.holdsAnother = holdsAnother;
        this.who = who;
        this.startedAt = access.nanoTime().getAsLong();
    }

    @Override
    public void start() {
        access.policy().offered();
        if (mayWait()) {
            ask();
        } else {
            stopWith(starving());
        }
    }

    private DatabaseUnavailableException starving() {
        return new DatabaseUnavailableException(
                FailureKind.SATURATED,
                who,
                "no second connection for a transaction inside another scope: every connection of the pool (max "
                        + access.holders().maxSize()
                        + ") could be held by somebody who waits for one, for ever. Raise maxSize, or use NESTED or"
                        + " REQUIRED.",
                lastError);
    }

    /** Whether nobody could wait for ever if this one does, who may hold another connection. */
    private synchronized boolean mayWait() {
        if (holdsAnother && !queued) {
            queued = access.holders().enter();
            return queued;
        }
        return true;
    }

    private synchronized void leaveQueue() {
        if (queued) {
            queued = false;
            access.holders().leave();
        }
    }

    /** Makes one attempt, unless it was stopped before. */
    private void ask() {
        if (!resume()) {
            return;
        }
        Permission leave = access.policy().ask();
        Acquisition next = leave == null ? null : access.source().acquisition(this, who, takesOver, mayBeShed());
        Throwable why = trying(leave, next);
        if (why != null) {
            giveUp(why);
        } else if (next == null) {
            stopWith(access.policy().refusal(who, attempts == null ? 0 : attempts.made() - 1));
        } else {
            next.start();
        }
    }

    /** Who holds a connection, or has waited already, is not refused for having to wait. */
    private boolean mayBeShed() {
        return access.forCallers() && !holdsAnother && attempts == null;
    }

    /** The pause is over, if nobody has ended it before. */
    private synchronized boolean resume() {
        if (step == Step.OVER) {
            return false;
        }
        step = Step.ASKING;
        return true;
    }

    /** The attempt begins; otherwise why it must not. */
    private synchronized @Nullable Throwable trying(@Nullable Permission leave, @Nullable Acquisition next) {
        permission = leave;
        if (stopped != null) {
            step = Step.OVER;
        } else if (next != null) {
            step = Step.TRYING;
            acquisition = next;
        }
        return stopped;
    }

    private void stopWith(Throwable error) {
        synchronized (this) {
            step = Step.OVER;
        }
        giveUp(error);
    }

    private synchronized boolean isStopped() {
        return stopped != null;
    }

    @Override
    public void delivered(Lease delivered) {
        lease = delivered;
        leaveQueue();
        HeldConnection held;
        try {
            held = prepared(delivered);
        } catch (Throwable thrown) {
            destroyed(delivered, thrown);
            return;
        }
        receiver.delivered(held);
    }

    private HeldConnection prepared(Lease delivered) {
        StatementGate gate = new StatementGate(delivered.executor(), receiver::end, access.patience());
        HeldConnection held = use.apply(delivered, gate);
        gate.conduct().watchedBy(who, access.events());
        SqlLog sql = access.events().sql();
        if (sql.isOn()) {
            gate.conduct().listen(text -> sql.sent(who, text));
        }
        gate.describeErrors(error -> held.describe(who, error));
        if (!held.isTransactional()) { // a transaction is answered at its end
            gate.onFullAnswer(delivered::answered);
        }
        if (!held.asksAtBegin()) {
            gate.onFirstAnswer(error -> heard(held, error));
        }
        return held;
    }

    /** Whatever failed, which may be the dialect's, must not cost the pool a place. */
    private void destroyed(Lease delivered, Throwable thrown) {
        delivered
                .destroy()
                .subscribe(
                        nothing -> {},
                        error -> log.warn("{}: a connection could not be destroyed", who, error),
                        () -> failed(thrown));
    }

    private void heard(HeldConnection held, @Nullable Throwable error) {
        if (error != null && held.isOutage(error)) {
            lost(error);
        } else {
            answered();
        }
    }

    @Override
    public void failed(Throwable error) {
        over(); // the connect that failed has been counted, if there was one
        if (mayAskAgain(error)) {
            again();
        } else {
            stopWith(error);
        }
    }

    private void giveUp(Throwable error) {
        leaveQueue();
        receiver.failed(
                attempts != null
                                && error instanceof DatabaseUnavailableException last
                                && last.kind() != FailureKind.CIRCUIT_OPEN
                        ? last.afterAttempts(attempts.made())
                        : error);
    }

    @Override
    public boolean mayAskAgain(Throwable error) {
        lastError = error;
        if (isStopped()) {
            return false;
        }
        if (attempts == null) {
            attempts = access.policy().attempts(who);
        }
        Duration next = attempts.next(error, limit());
        wait = next == null ? Duration.ZERO : next;
        return next != null;
    }

    @Override
    public void again() {
        if (!mayWait()) {
            stopWith(starving());
            return;
        }
        Disposable.Swap timer = Disposables.swap();
        Throwable why = pausing(timer);
        if (why != null) {
            giveUp(why);
            return;
        }
        try {
            timer.update(access.timer().schedule(this::ask, wait.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException gone) {
            if (stop(gone) == Step.PAUSED) {
                Throwable last = lastError == null ? gone : lastError;
                if (last != gone) {
                    last.addSuppressed(gone);
                }
                giveUp(last);
            }
        }
    }

    /** The pause begins; otherwise why it must not. */
    private synchronized @Nullable Throwable pausing(Disposable timer) {
        if (stopped != null) {
            step = Step.OVER;
        } else {
            step = Step.PAUSED;
            pause = timer;
        }
        return stopped;
    }

    /** There must be no further attempt. The step it was at says who is to end this one: in a pause, the caller. */
    private synchronized Step stop(Throwable why) {
        Step was = step;
        if (stopped == null) {
            stopped = why;
        }
        if (was == Step.PAUSED) {
            step = Step.OVER;
            pause.dispose();
        }
        return was;
    }

    private synchronized @Nullable Acquisition current() {
        return acquisition;
    }

    @Override
    public boolean isPending() {
        synchronized (this) {
            if (step == Step.ASKING || step == Step.PAUSED) {
                return true;
            }
        }
        Acquisition now = current();
        return now != null && now.isPending();
    }

    @Override
    public boolean cancel() {
        Step was = stop(new CancellationException(who + ": cancelled"));
        Acquisition now = current();
        boolean mine = was == Step.PAUSED || (was == Step.TRYING && now != null && now.cancel());
        if (mine) {
            leaveQueue();
        }
        return mine;
    }

    @Override
    public void expire() {
        Throwable late = access.source().timedOut(who);
        Step was = stop(late);
        Acquisition now = current();
        if (was == Step.PAUSED) {
            giveUp(access.source().gaveUpWaiting(who));
        } else if (was == Step.TRYING && now != null) {
            now.expire();
        }
    }

    /** What is left of the one deadline for all attempts. */
    @Override
    public Duration limit() {
        Duration passed = Duration.ofNanos(access.nanoTime().getAsLong() - startedAt);
        Duration left = access.source().acquireTimeout().minus(passed);
        return left.compareTo(AT_LEAST) < 0 ? AT_LEAST : left;
    }

    @Override
    public Throwable tooLate() {
        return access.source().gaveUpWaiting(who);
    }

    @Override
    public void answered() {
        Lease had = lease;
        if (had != null) {
            had.answered();
        }
        Permission leave = leave();
        if (leave != null) {
            leave.answered();
        }
        if (attempts != null) {
            attempts.succeeded();
        }
    }

    @Override
    public void lost(Throwable error) {
        boolean news = error instanceof TimeoutException || isLossNews(); // what hangs may hang for a reason of its own
        access.source().distrustIdle();
        Permission leave = leave();
        if (leave != null) {
            if (news) {
                leave.lost(error);
            } else {
                leave.release();
            }
        }
    }

    @Override
    public void over() {
        Permission leave = leave();
        if (leave != null) {
            leave.release();
        }
    }

    /** All that were open are lost when a server stops, which is one thing that the database did, and not so many. */
    private boolean isLossNews() {
        Lease had = lease;
        return had == null || had.isLossNews();
    }

    private synchronized @Nullable Permission leave() {
        return permission;
    }
}
