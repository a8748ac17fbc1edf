package org.reactivesessions.health;

import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.error.DatabaseReadOnlyException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.scheduler.Scheduler;

/**
 * Watches, by the {@link HealthProbe}, whether the database takes writes: every transaction spells its access mode out, and so
 * would write although an operator has made the database read-only. It looks once a second from the first transaction on, and
 * whenever it is told that something was refused.
 *
 * <p>Once it was noticed, no BEGIN of a read-write transaction is sent, whether its scope is new or has waited for a connection.
 * A transaction that had begun may still commit, as PostgreSQL lets it, too.
 *
 * <p>What an operator changes for everybody, by {@code ALTER SYSTEM} and reload, is noticed within that second and a look.
 * What is changed for new sessions only, by {@code ALTER DATABASE} or {@code ALTER ROLE}, is noticed when the probe opens its
 * next connection, which it does once a minute.
 *
 * <p><strong>Ownership:</strong> {@link #close} ends the looking; the probe is not its own. <strong>Threads:</strong>
 * thread-safe.
 *
 * @since 0.1
 */
public final class Sentinel {

    private static final Logger log = LoggerFactory.getLogger(Sentinel.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final @Nullable HealthProbe probe;
    private final Scheduler timer;
    private final Runnable answers;
    private final AtomicBoolean started = new AtomicBoolean();
    private final AtomicBoolean underWay = new AtomicBoolean();
    private final Disposable.Swap looking = Disposables.swap();
    private volatile boolean closed;
    private volatile @Nullable String refusal;

    /**
     * Creates a sentinel that looks at nothing before {@link #start}.
     *
     * @param probe looks at the database, or {@code null} if there is nothing to be watched
     * @param timer runs the looks
     */
    public Sentinel(@Nullable HealthProbe probe, Scheduler timer) {
        this(probe, timer, () -> {});
    }

    /**
     * Creates a sentinel that looks at nothing before {@link #start}.
     *
     * @param probe looks at the database, or {@code null} if there is nothing to be watched
     * @param timer runs the looks
     * @param answers run after each look that was answered; must not block
     */
    public Sentinel(@Nullable HealthProbe probe, Scheduler timer, Runnable answers) {
        this.probe = probe;
        this.timer = timer;
        this.answers = answers;
    }

    /** Begins to look, if it has not begun. */
    public void start() {
        if (probe != null && !started.get() && started.compareAndSet(false, true)) {
            lookLater();
        }
    }

    /** One look after the other, and no periodic task: to end one of those, a thread that must not wait may have to. */
    private void lookLater() {
        try {
            looking.update(timer.schedule(this::lookAndGoOn, INTERVAL.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException gone) {
            log.warn("The timer was shut down, so nobody notices when the database is made read-only", gone);
        }
    }

    private void lookAndGoOn() {
        if (!closed) {
            lookLater();
            look();
        }
    }

    /** Looks now, unless a look is under way: everybody who has met a read-only database asks for one, at any rate. */
    public void look() {
        if (probe != null && !closed && underWay.compareAndSet(false, true)) {
            probe.report()
                    .doFinally(ended -> underWay.set(false))
                    .subscribe(this::seen, error -> log.warn("The database could not be looked at", error));
        }
    }

    /** A transaction has met a database that takes no writes; the way to the one that does may have changed. */
    public void demoted() {
        if (probe != null) {
            probe.renew();
            look();
        }
    }

    /** A database that does not answer says nothing of what it takes. */
    private void seen(HealthReport report) {
        String before = refusal;
        switch (report.status()) {
            case READ_ONLY -> refusal = report.reason();
            case UP, SATURATED -> refusal = null;
            case DOWN -> {}
        }
        if (report.status() != HealthStatus.DOWN) {
            answers.run();
        }
        if ((before == null) != (refusal == null)) {
            log.warn(refusal == null ? "The database takes writes again" : "The database takes no writes: {}", refusal);
        }
    }

    /**
     * Refuses a transaction that is to write, while the database takes no writes.
     *
     * @param session the name of the scope
     * @throws DatabaseReadOnlyException if the last look said so
     */
    public void requireWritable(String session) {
        String why = refusal;
        if (why != null) {
            throw new DatabaseReadOnlyException(session, why);
        }
    }

    /** Looks no more. */
    public void close() {
        closed = true;
        looking.dispose();
    }
}
