package org.reactivesessions.health;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.Reason;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.pool.PoolStatus;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * Asks the database on one connection of its own, outside the pool: a pool that is full says nothing of the database, and one
 * that is idle neither. Whoever asks while it is being asked hears the same answer. The connection stays open between two
 * looks, for at most a minute, because a new one sees what an operator has changed for new sessions only; one to a standby for
 * 5 s, because a new one may lead to a primary.
 *
 * <p><strong>Ownership:</strong> owns its connection; {@link #close} ends it. <strong>Threads:</strong> thread-safe; one look
 * at a time touches the connection.
 *
 * @since 0.1
 */
public final class HealthProbe {

    private static final Logger log = LoggerFactory.getLogger(HealthProbe.class);
    private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
    private static final Duration MAX_AGE = Duration.ofMinutes(1);
    /** Of a connection to a standby: elsewhere there may be a primary. */
    private static final Duration MAX_AGE_OF_STANDBY = Duration.ofSeconds(5);

    private final ConnectionFactory driver;
    private final Dialect dialect;
    private final Duration limit;
    private final Supplier<PoolStatus> pool;
    private final Supplier<BreakerState> circuit;
    private final Scheduler timer;
    private final LongSupplier nanoTime;
    private final AtomicReference<@Nullable Mono<HealthReport>> underWay = new AtomicReference<>();
    private final AtomicReference<@Nullable Kept> kept = new AtomicReference<>();
    private final Runnable primaryFound;
    /** Connections of before are not asked any more. */
    private volatile long renewedAt;

    /** Whether others have come to a standby, since a look has found a primary. */
    private volatile boolean othersToo;

    private volatile boolean standby;
    private volatile @Nullable String closed;

    /** The connection, and when it was opened. */
    private record Kept(Connection connection, long since) {}

    /** The time for a look is over. */
    private static final class LookOver extends TimeoutException {

        private static final long serialVersionUID = 1L;

        LookOver(Duration limit) {
            super("no answer within " + limit.toMillis() + " ms");
        }
    }

    /** What the database said. */
    private record Answer(boolean standby, boolean readOnly) {}

    /**
     * Creates a probe; it opens no connection before it is asked.
     *
     * @param driver the driver's factory, not a pool
     * @param dialect knows what to ask
     * @param limit how long a look may take, including the time to open a connection; more than zero
     * @param pool the figures of the pool
     * @param circuit the state of the circuit breaker
     * @param timer ends a look whose time is over
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public HealthProbe(
            ConnectionFactory driver,
            Dialect dialect,
            Duration limit,
            Supplier<PoolStatus> pool,
            Supplier<BreakerState> circuit,
            Scheduler timer,
            LongSupplier nanoTime) {
        this(driver, dialect, limit, pool, circuit, () -> {}, timer, nanoTime);
    }

    /**
     * Creates a probe; it opens no connection before it is asked.
     *
     * @param driver the driver's factory, not a pool
     * @param dialect knows what to ask
     * @param limit how long a look may take, including the time to open a connection; more than zero
     * @param pool the figures of the pool
     * @param circuit the state of the circuit breaker
     * @param primaryFound runs when a look finds a primary where one has found a standby, if others have come to a standby as well
     *     ({@link #renew}); that the probe's own connection did, behind a name that leads to either, says nothing of theirs; must not
     *     throw
     * @param timer ends a look whose time is over
     * @param nanoTime a monotonic clock in nanoseconds
     */
    public HealthProbe(
            ConnectionFactory driver,
            Dialect dialect,
            Duration limit,
            Supplier<PoolStatus> pool,
            Supplier<BreakerState> circuit,
            Runnable primaryFound,
            Scheduler timer,
            LongSupplier nanoTime) {
        this.driver = driver;
        this.primaryFound = primaryFound;
        this.renewedAt = nanoTime.getAsLong();
        this.dialect = dialect;
        this.limit = limit;
        this.pool = pool;
        this.circuit = circuit;
        this.timer = timer;
        this.nanoTime = nanoTime;
    }

    /**
     * Looks at the database.
     *
     * @return a cold mono that never fails and never takes longer than the limit; a cancel leaves the look to the others who
     *     wait for it
     */
    public Mono<HealthReport> report() {
        return Mono.defer(() -> {
            Mono<HealthReport> mine = Mono.defer(this::look)
                    .doOnTerminate(() -> underWay.set(null))
                    .cache();
            Mono<HealthReport> first = underWay.compareAndExchange(null, mine);
            return first == null ? mine : first;
        });
    }

    private Mono<HealthReport> look() {
        long start = nanoTime.getAsLong();
        String end = closed;
        if (end != null) {
            return Mono.just(report(HealthStatus.DOWN, start, end));
        }
        return ask().timeout(limit, Mono.error(() -> timeIsOver(start)), timer)
                .map(answer -> judge(answer, start))
                .onErrorResume(error -> {
                    discard();
                    return Mono.just(report(HealthStatus.DOWN, start, reason(error)));
                });
    }

    /** A timer that was shut down ends a look at once, which says nothing of the database. */
    private Throwable timeIsOver(long start) {
        return nanoTime.getAsLong() - start < limit.toNanos()
                ? new IllegalStateException("the timer of the health probe was shut down")
                : new LookOver(limit);
    }

    /** Somebody else has come to a database that takes no writes: asks no connection any more that is open now. */
    public void renew() {
        othersToo = true;
        renewedAt = nanoTime.getAsLong();
    }

    private HealthReport judge(Answer answer, long start) {
        boolean before = standby;
        standby = answer.standby;
        if (!answer.standby && othersToo) {
            othersToo = false;
            if (before) {
                primaryFound.run();
            }
        }
        if (answer.standby) {
            return report(HealthStatus.READ_ONLY, start, "it is in recovery: a standby takes no writes");
        }
        if (answer.readOnly) {
            return report(HealthStatus.READ_ONLY, start, "default_transaction_read_only is on");
        }
        PoolStatus now = pool.get();
        return now.acquired() >= now.maxSize()
                ? report(
                        HealthStatus.SATURATED,
                        start,
                        "it answers, but all " + now.maxSize() + " connections of the pool are in use and "
                                + now.pending() + " scopes wait")
                : report(HealthStatus.UP, start, "it answers" + circuitNote());
    }

    /** Foreign code, which must not keep a report from being made. */
    private BreakerState circuit() {
        try {
            return circuit.get();
        } catch (Throwable thrown) {
            log.error("The circuit breaker could not tell its state", thrown);
            return BreakerState.DISABLED;
        }
    }

    /** It was asked past the circuit, which may not have heard of it yet. */
    private String circuitNote() {
        BreakerState state = circuit();
        return state == BreakerState.OPEN || state == BreakerState.FORCED_OPEN
                ? ", but the circuit is " + state + ", so work is still refused"
                : "";
    }

    private HealthReport report(HealthStatus status, long start, String reason) {
        return new HealthReport(status, Duration.ofNanos(nanoTime.getAsLong() - start), reason, circuit());
    }

    private static String reason(Throwable error) {
        return error instanceof LookOver ? String.valueOf(error.getMessage()) : Reason.of(error);
    }

    /** A connection that was kept may have died unnoticed, which says nothing of the database: then a new one is asked. */
    private Mono<Answer> ask() {
        Kept old = kept.get();
        if (old == null) {
            return askNew();
        }
        if (old.since - renewedAt < 0
                || nanoTime.getAsLong() - old.since > (standby ? MAX_AGE_OF_STANDBY : MAX_AGE).toNanos()) {
            discard();
            return askNew();
        }
        return ask(old.connection).onErrorResume(died -> {
            discard();
            return askNew();
        });
    }

    private Mono<Answer> askNew() {
        return Mono.defer(() -> Mono.<Connection>fromDirect(driver.create())).flatMap(opened -> {
            Kept before = kept.getAndSet(new Kept(opened, nanoTime.getAsLong()));
            if (before != null) { // it came too late for the look that had asked for it
                closing(before.connection).subscribe();
            }
            if (closed != null) {
                discard();
            }
            return ask(opened);
        });
    }

    private Mono<Answer> ask(Connection connection) {
        return Flux.defer(
                        () -> connection.createStatement(dialect.healthQuery()).execute())
                .concatMap(result -> result.map(HealthProbe::read))
                .reduce((first, further) -> first) // to its end, because the driver drops what a cancel leaves
                .switchIfEmpty(Mono.error(() -> new IllegalStateException("the health query returned no row")));
    }

    private static Answer read(Row row, RowMetadata metadata) {
        int columns = metadata.getColumnMetadatas().size();
        return new Answer(isTrue(row, 0, columns), isTrue(row, 1, columns));
    }

    private static boolean isTrue(Row row, int column, int columns) {
        return column < columns && Boolean.TRUE.equals(row.get(column));
    }

    /** Closes the connection, and leaves it to itself: one that hangs does not answer that either. */
    private void discard() {
        Kept gone = kept.getAndSet(null);
        if (gone != null) {
            closing(gone.connection).subscribe();
        }
    }

    private Mono<Void> closing(Connection connection) {
        return Mono.defer(() -> Mono.fromDirect(connection.close()))
                .timeout(CLOSE_LIMIT, timer)
                .doOnError(error -> log.debug("The health probe's connection could not be closed", error))
                .onErrorComplete();
    }

    /**
     * Lets a look that is under way come to its end and closes the connection; every further report says why.
     *
     * @param why what further reports say
     * @return a cold mono that acts when subscribed and completes when the connection is closed, or 2 s after the last look
     */
    public Mono<Void> close(String why) {
        return Mono.defer(() -> {
            closed = why;
            Mono<HealthReport> last = underWay.get();
            return last == null ? closeKept() : last.then(closeKept()); // the driver drops an answer it closes upon
        });
    }

    private Mono<Void> closeKept() {
        return Mono.defer(() -> {
            Kept gone = kept.getAndSet(null);
            return gone == null ? Mono.empty() : closing(gone.connection);
        });
    }
}
