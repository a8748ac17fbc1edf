package org.reactivesessions.pool;

import io.r2dbc.pool.PoolMetrics;
import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.Disposable;
import reactor.core.Disposables;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Scheduler;

/**
 * Keeps a number of connections open, as a borrower who gives back at once what he gets: side by side, so that many take no
 * longer than one. The pool's own way is not taken: one connection that cannot be opened would cost the places of all that are
 * being opened beside it, and a borrower who waits for one of those would not be told when it is there.
 *
 * <p>Thread-safe.
 */
final class WarmUp {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    private final Mono<? extends Connection> pool;
    private final PoolMetrics metrics;
    private final int coreSize;
    private final Duration interval;
    private final Scheduler timer;
    private final AtomicBoolean started = new AtomicBoolean();
    private final Disposable.Swap looking = Disposables.swap();
    private volatile boolean closed;

    /**
     * @param pool gives a connection to each who subscribes
     * @param coreSize how many are to be open; with 0 it does nothing
     * @param interval how often they are counted
     */
    WarmUp(Mono<? extends Connection> pool, PoolMetrics metrics, int coreSize, Duration interval, Scheduler timer) {
        this.pool = pool;
        this.metrics = metrics;
        this.coreSize = coreSize;
        this.interval = interval;
        this.timer = timer;
    }

    /** Begins to keep them, if it has not begun. */
    void start() {
        if (coreSize > 0 && !started.get() && started.compareAndSet(false, true)) {
            try {
                timer.schedule(this::look);
            } catch (RejectedExecutionException gone) {
                log.warn("The timer was shut down, so no connection is opened before it is needed", gone);
            }
        }
    }

    /** One look after the other, and no periodic task: to end one of those, a thread that must not wait may have to. */
    private void lookLater() {
        try {
            looking.update(timer.schedule(this::look, interval.toNanos(), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException gone) {
            log.warn("The timer was shut down, so the connections that are kept are not counted any more", gone);
        }
    }

    private void look() {
        if (!closed) {
            lookLater();
            fill().subscribe(nothing -> {}, error -> log.warn("The pool could not be filled", error));
        }
    }

    /**
     * Opens what is missing.
     *
     * @return a cold mono that completes when each was opened, or could not be; a cancel lets them be opened
     */
    Mono<Void> fill() {
        return Mono.defer(() -> {
            int missing = coreSize - metrics.allocatedSize();
            return missing <= 0 || metrics.pendingAcquireSize() > 0 || closed
                    ? Mono.empty()
                    : taken(missing + metrics.idleSize()).cache(); // so that a cancel does not reach the pool
        });
    }

    /** Who would give back an idle one before he has asked for all would get it again, and no new one. */
    private Mono<Void> taken(int wanted) {
        Sinks.Empty<Void> allAsked = Sinks.empty();
        return Flux.range(0, wanted + 1)
                .flatMap(
                        asked -> asked == wanted
                                ? Mono.<Void>fromRunnable(allAsked::tryEmitEmpty)
                                : takenOnce(allAsked.asMono()),
                        wanted + 1)
                .then();
    }

    private Mono<Void> takenOnce(Mono<Void> allAsked) {
        return pool.flatMap(taken -> allAsked.then(Mono.defer(() -> Mono.fromDirect(taken.close()))))
                .onErrorResume(error -> {
                    log.debug("A connection could not be opened before it is needed", error);
                    return Mono.empty();
                });
    }

    /** Keeps nothing any more. */
    void close() {
        closed = true;
        looking.dispose();
    }
}
