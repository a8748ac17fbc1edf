package org.reactivesessions.pool;

import static java.util.Objects.requireNonNull;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import io.r2dbc.spi.ConnectionFactoryMetadata;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.observation.ConnectionEnd;
import org.reactivestreams.Publisher;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * The driver's factory, as the pool sees it: everything it opens is a {@link PhysicalConnection}, is opened in time or not at
 * all, and is known as long as it is open. Thread-safe.
 */
final class PhysicalConnections implements ConnectionFactory {

    private static final Logger log = LoggerFactory.getLogger("org.reactivesessions.pool");

    private static final Object TOO_LATE = new Object();

    private final ConnectionFactory driver;
    private final Function<? super Connection, ? extends Publisher<Void>> preparation;
    private final Duration limit;
    private final ReconnectPace pace;
    private final ServerSigns signs;
    private final ConnectionBook book;
    private final Dialect dialect;
    private final LifeTimes lifeTimes;
    private final LongSupplier nanoTime;
    private final Set<PhysicalConnection> open = ConcurrentHashMap.newKeySet();
    /** What is being opened or closed: each completes when it is, or is given up. */
    private final Set<Mono<Void>> underWay = ConcurrentHashMap.newKeySet();

    private volatile boolean closed;
    private volatile boolean ending;

    /**
     * @param preparation what is done with every connection before anybody gets it
     * @param limit how long opening and preparing one may take, once it has its turn
     * @param pace says when one may be opened
     * @param signs hears of every attempt, and of what the other side has closed
     * @param book keeps what becomes of each
     * @param dialect knows what is to be asked of a new one
     * @param lifeTimes says how long each may live
     */
    PhysicalConnections(
            ConnectionFactory driver,
            Function<? super Connection, ? extends Publisher<Void>> preparation,
            Duration limit,
            ReconnectPace pace,
            ServerSigns signs,
            ConnectionBook book,
            Dialect dialect,
            LifeTimes lifeTimes,
            LongSupplier nanoTime) {
        this.driver = driver;
        this.preparation = preparation;
        this.limit = limit;
        this.pace = pace;
        this.signs = signs;
        this.book = book;
        this.dialect = dialect;
        this.lifeTimes = lifeTimes;
        this.nanoTime = nanoTime;
    }

    @Override
    public Mono<PhysicalConnection> create() {
        return watched(Mono.defer(pace::turn).then(Mono.defer(this::opened)));
    }

    /** The wait for the turn is over, and is not part of any limit, nor of what the breaker hears. */
    private Mono<PhysicalConnection> opened() {
        if (closed) {
            return Mono.error(new IllegalStateException("the pool was closed, so no connection is opened any more"));
        }
        long start = nanoTime.getAsLong();
        AtomicReference<@Nullable Object> mine = new AtomicReference<>();
        return Mono.defer(() -> Mono.fromDirect(driver.create()))
                .flatMap(opened -> prepare(opened, start, mine))
                .timeout(limit, Mono.error(() -> {
                    if (mine.getAndSet(TOO_LATE) instanceof PhysicalConnection late) {
                        closed(late).subscribe(); // was dropped on its way
                    }
                    return new TimeoutException("the connection was not opened within " + limit.toMillis() + " ms");
                }))
                .doOnSuccess(opened -> opened(opened, nanoTime.getAsLong() - start))
                .doOnError(error -> refused(error, nanoTime.getAsLong() - start));
    }

    private void opened(@Nullable PhysicalConnection opened, long nanos) {
        signs.opened(nanos);
        if (opened != null) {
            book.opened(opened, nanos);
        }
    }

    private void refused(Throwable error, long nanos) {
        signs.failed(nanos, error);
        book.refused(nanos, error);
    }

    /** Opening or closing one, which {@link #closeAll} waits for. */
    private <T> Mono<T> watched(Mono<T> work) {
        return Mono.defer(() -> {
            Sinks.Empty<Void> sink = Sinks.empty();
            Mono<Void> end = sink.asMono();
            underWay.add(end);
            return work.doFinally(signal -> {
                underWay.remove(end);
                sink.tryEmitEmpty();
            });
        });
    }

    /** What is closed from now on, and has no other reason, is closed because the pool is. */
    void end() {
        ending = true;
    }

    /**
     * Closes what is open, in whoever's hands, and waits for what is being opened, which the pool closes once it is disposed.
     *
     * @param closeLimit how long closing one may take
     */
    Mono<Void> closeAll(Duration closeLimit) {
        return Mono.<Void>fromRunnable(() -> closed = true)
                .then(settled(limit))
                .then(Mono.defer(() -> Flux.fromIterable(List.copyOf(open))
                        .flatMap(
                                connection -> Mono.fromDirect(connection.close())
                                        .timeout(closeLimit)
                                        .onErrorComplete(),
                                Integer.MAX_VALUE)
                        .then()))
                .then(settled(closeLimit));
    }

    private Mono<Void> settled(Duration atMost) {
        return Mono.defer(() -> Mono.when(List.copyOf(underWay)))
                .timeout(atMost)
                .doOnError(late -> log.warn("A connection has neither been opened nor closed in time", late))
                .onErrorComplete();
    }

    /** How many are open, in whoever's hands. */
    int count() {
        return open.size();
    }

    /** Those that are in somebody's hands, the longest held first. */
    List<PhysicalConnection> held() {
        return open.stream()
                .filter(PhysicalConnection::isHeld)
                .sorted(Comparator.comparingLong(PhysicalConnection::heldSince))
                .toList();
    }

    /** What a new connection says about itself. */
    private static final class Introduction {
        private volatile boolean guarded;
        private volatile @Nullable Long backend;
    }

    /** A connection that is given up while it is prepared is closed, because nobody else knows of it. */
    private Mono<PhysicalConnection> prepare(Connection opened, long start, AtomicReference<@Nullable Object> mine) {
        Introduction said = new Introduction();
        return Mono.defer(() -> Mono.fromDirect(prepared(opened)))
                .then(Mono.defer(() -> Mono.whenDelayError(lookForGuard(opened, said), lookForBackend(opened, said))))
                .onErrorResume(error -> closed(opened).then(Mono.error(error)))
                .doOnCancel(() -> closed(opened).subscribe())
                .then(Mono.defer(() -> adopt(opened, said, start, mine)));
    }

    /** What is done with every connection before anybody gets it. */
    Publisher<Void> prepared(Connection connection) {
        return preparation.apply(connection);
    }

    /** Asked last, because what prepares a connection may take the guard down. */
    private Mono<Void> lookForGuard(Connection opened, Introduction said) {
        WriteGuard guard = dialect.guard();
        return guard == null
                ? Mono.empty()
                : Mono.fromDirect(guard.isUp(opened))
                        .doOnNext(up -> said.guarded = up)
                        .then();
    }

    /** In the same flight. */
    private Mono<Void> lookForBackend(Connection opened, Introduction said) {
        String query = dialect.backendQuery();
        return query == null
                ? Mono.empty()
                : Flux.defer(() -> opened.createStatement(query).execute())
                        .concatMap(result -> result.map(row -> requireNonNull(row.get(0, Long.class))))
                        .doOnNext(number -> said.backend = number)
                        .then();
    }

    private Mono<Void> closed(Connection opened) {
        return watched(Mono.defer(() -> Mono.<Void>fromDirect(opened.close())))
                .doOnError(error -> log.debug("A connection that could not be prepared could not be closed", error))
                .onErrorComplete();
    }

    /** A connection that cannot tell what the pool has to know is closed, because nobody else knows of it. */
    private Mono<PhysicalConnection> adopt(
            Connection opened, Introduction said, long start, AtomicReference<@Nullable Object> mine) {
        try {
            PhysicalConnection adopted = new PhysicalConnection(
                    opened, said.guarded, said.backend, this::closing, start, lifeTimes.next(), nanoTime);
            open.add(adopted);
            if (!mine.compareAndSet(null, adopted)) {
                closed(adopted).subscribe(); // nobody waits any more, nor keeps this from being cancelled
                return Mono.empty();
            }
            return Mono.just(adopted);
        } catch (Throwable unusable) {
            return closed(opened).then(Mono.error(unusable));
        }
    }

    /** Every connection comes here once: if the other side was faster, it was lost, in whatever phase. */
    private Mono<Void> closing(PhysicalConnection connection, Mono<Void> close) {
        if (open.remove(connection)) {
            boolean there = connection.isThere();
            if (there) {
                signs.closing();
            } else {
                signs.lost();
            }
            // Against what is closed before the end, and was not given up, the pool has found that it is not valid.
            book.closed(connection, connection.end(there, ending ? ConnectionEnd.CLOSED : ConnectionEnd.LOST));
        }
        return watched(close);
    }

    @Override
    public ConnectionFactoryMetadata getMetadata() {
        return driver.getMetadata();
    }
}
