package org.reactivesessions.tck;

import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivesessions.transaction.TransactionRetry;
import org.reactivestreams.Publisher;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.core.scheduler.Schedulers;

/** What the verifications share: how long the TCK waits, and publishers of transactions. */
final class Tck {

    /** How long the TCK waits for garbage to be collected, in milliseconds. */
    static final long GC_TIMEOUT = 1_000;

    private static final long SIGNAL_TIMEOUT = 2_000;
    private static final long NO_SIGNAL_TIMEOUT = 50;
    private static final Scheduler LOOP = Schedulers.newSingle("tck-loop", true);

    private Tck() {}

    /** Waits long for a signal that must come, and briefly for one that must not. */
    static TestEnvironment environment() {
        return new TestEnvironment(SIGNAL_TIMEOUT, NO_SIGNAL_TIMEOUT, NO_SIGNAL_TIMEOUT);
    }

    /** The rows of a statement, from a driver with an event loop. */
    static Flux<Long> rows(long count) {
        Object[] rows = LongStream.range(0, count).boxed().toArray();
        return sessions(ScriptedDatabase.on(LOOP).rows("SELECT", rows))
                .withTransactionMany(session -> session.sql("SELECT").all(row -> row.get(0, Long.class)));
    }

    /** The rows of a statement by themselves, in a session that does not end. */
    static Flux<Long> statement(long count) {
        Object[] rows = LongStream.range(0, count).boxed().toArray();
        return opened(ScriptedDatabase.plain().rows("SELECT", rows))
                .sql("SELECT")
                .all(row -> row.get(0, Long.class));
    }

    /** A statement of a session that has ended since it was made. */
    static Flux<Long> lateStatement() {
        AtomicReference<@Nullable Flux<Long>> made = new AtomicReference<>();
        sessions(ScriptedDatabase.plain())
                .withSession(session ->
                        Mono.fromRunnable(() -> made.set(session.sql("SELECT").all(row -> row.get(0, Long.class)))))
                .block(Duration.ofMillis(SIGNAL_TIMEOUT));
        return Objects.requireNonNull(made.get());
    }

    private static Session opened(ScriptedDatabase database) {
        CompletableFuture<Session> opened = new CompletableFuture<>();
        sessions(database)
                .withSession(session -> {
                    opened.complete(session);
                    return Mono.never();
                })
                .subscribe(never -> {}, opened::completeExceptionally);
        return opened.orTimeout(SIGNAL_TIMEOUT, TimeUnit.MILLISECONDS).join();
    }

    /** A stream that a function makes by itself, on a thread that is not the connection's. */
    static Flux<Long> range(long count) {
        return sessions(ScriptedDatabase.on(LOOP))
                .withTransactionMany(session -> Flux.range(0, (int) Math.min(count, Integer.MAX_VALUE))
                        .map(Integer::longValue)
                        .publishOn(Schedulers.parallel()));
    }

    /** The second attempt of a stream whose first one has lost against another transaction. */
    static Flux<Long> retried(long count) {
        TransactionOptions retried = TransactionOptions.defaults().retry(TransactionRetry.defaults());
        return sessions(ScriptedDatabase.on(LOOP))
                .withTransactionMany(
                        retried,
                        session -> session.attempt() == 1
                                ? Flux.error(new R2dbcRollbackException("could not serialize access", "40001"))
                                : Flux.range(0, (int) Math.min(count, Integer.MAX_VALUE))
                                        .map(Integer::longValue));
    }

    /** A value, or none, from a driver with an event loop. */
    static Mono<Long> value(long count) {
        return sessions(ScriptedDatabase.on(LOOP))
                .withTransaction(session -> session.sql("UPDATE").rowsUpdated().filter(rows -> count > 0));
    }

    /** A transaction of a function that fails. */
    static <P extends Publisher<Long>> P failed(Function<ReactiveSessions, P> transaction) {
        return transaction.apply(sessions(ScriptedDatabase.plain()));
    }

    /** Every publisher has a pool of its own, because the TCK leaves some of its subscriptions open. */
    private static ReactiveSessions sessions(ScriptedDatabase database) {
        return ReactiveSessions.builder(database).build();
    }
}
