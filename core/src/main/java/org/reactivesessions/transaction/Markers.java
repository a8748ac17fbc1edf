package org.reactivesessions.transaction;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivesessions.error.CommitMarkerException;
import org.reactivesessions.wire.StatementCall;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The commit markers of one database: whether they can be left there, and when the old ones are to be forgotten.
 * Thread-safe.
 */
final class Markers {

    private static final long BETWEEN_PURGES = Duration.ofHours(1).toNanos();

    private final CommitMarker marker;
    private final Duration commitLimit;
    private final LongSupplier nanoTime;
    private final AtomicLong lastPurge;
    private volatile boolean ready;

    private Markers(CommitMarker marker, Duration commitLimit, LongSupplier nanoTime) {
        this.marker = marker;
        this.commitLimit = commitLimit;
        this.nanoTime = nanoTime;
        this.lastPurge = new AtomicLong(nanoTime.getAsLong() - BETWEEN_PURGES);
    }

    /** @param marker how the dialect leaves them, {@code null} if it cannot */
    static @Nullable Markers of(@Nullable CommitMarker marker, TimeLimits limits, LongSupplier nanoTime) {
        return marker == null ? null : new Markers(marker, limits.commit(), nanoTime);
    }

    /** A marker for a transaction that begins now. */
    Mark mark(CommitVerification verification) {
        return new Mark(marker, verification, commitLimit, nanoTime);
    }

    CommitMarker marker() {
        return marker;
    }

    /** Whether markers were found to be possible; before that, {@link #check} comes before BEGIN. */
    boolean isReady() {
        return ready;
    }

    /** Looks whether markers are possible, on a connection outside a transaction; the error says what is missing. */
    Mono<Void> check(Connection physical, String name) {
        return Flux.defer(() -> physical.createStatement(marker.readiness()).execute())
                .concatMap(result -> result.map(row -> Optional.ofNullable(row.get(0, String.class))))
                .single()
                .flatMap(missing -> missing.<Mono<Void>>map(what -> Mono.error(new CommitMarkerException(name, what)))
                        .orElseGet(() -> Mono.fromRunnable(() -> ready = true)));
    }

    /** Whether it is time to forget old markers; true for one caller each time. */
    boolean isPurgeDue() {
        long last = lastPurge.get();
        long now = nanoTime.getAsLong();
        return now - last >= BETWEEN_PURGES && lastPurge.compareAndSet(last, now);
    }

    StatementCall purge() {
        return new StatementCall(marker.purge(), false, statement -> {});
    }
}
