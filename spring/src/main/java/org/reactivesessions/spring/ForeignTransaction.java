package org.reactivesessions.spring;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.Session;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.TransactionAttributes;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TransactionOptions;
import org.reactivestreams.Publisher;
import org.springframework.r2dbc.connection.ConnectionHolder;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.reactive.TransactionContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A transaction that somebody else began and will end: its guarantees are his. A function that fails in it marks it rollback-only
 * where Spring looks for that. Thread-safe.
 */
final class ForeignTransaction {

    private final TransactionContext context;
    private final ConnectionHolder holder;
    private final ConnectionFactory factory;
    private final Dialect dialect;
    private final TransactionOptions options;

    ForeignTransaction(Surroundings around, ConnectionFactory factory, Dialect dialect, TransactionOptions options) {
        this.context = Objects.requireNonNull(around.context());
        this.holder = Objects.requireNonNull(around.holder());
        this.factory = factory;
        this.dialect = dialect;
        this.options = options;
    }

    /** Whether what is asked for becomes part of a transaction of somebody else. */
    static boolean isJoined(Surroundings around, TransactionOptions options) {
        return around.isForeign() && Terms.propagation(options) != Propagation.REQUIRES_NEW;
    }

    <T> Mono<T> run(Function<? super Session, ? extends Mono<? extends T>> function) {
        IllegalStateException conflict = conflict();
        if (conflict != null) {
            return Mono.error(conflict);
        }
        ForeignSession session = session();
        if (Terms.propagation(options) == Propagation.NESTED) {
            return session.nested(function);
        }
        Mono<T> work = Mono.<T>defer(() -> Mono.from(function.apply(session)))
                .doOnError(error -> holder.setRollbackOnly())
                .doOnCancel(holder::setRollbackOnly);
        Duration limit = Terms.timeLimit(options);
        return limit == null ? work : work.timeout(limit);
    }

    <T> Flux<T> runMany(Function<? super Session, ? extends Publisher<? extends T>> function) {
        IllegalStateException conflict = conflict();
        if (conflict != null) {
            return Flux.error(conflict);
        }
        if (Terms.propagation(options) == Propagation.NESTED) {
            return Flux.error(new IllegalStateException(options.name()
                    + ": NESTED for many elements inside a transaction that the sessions have not begun, nothing was"
                    + " sent. Collect them: withTransaction(…, session -> flux.collectList())."));
        }
        ForeignSession session = session();
        return Flux.<T>defer(() -> Flux.from(function.apply(session)))
                .doOnError(error -> holder.setRollbackOnly())
                .doOnCancel(holder::setRollbackOnly);
    }

    <T> Mono<T> session(Function<? super Session, ? extends Mono<? extends T>> function) {
        ForeignSession session = session();
        return Mono.defer(() -> Mono.from(function.apply(session)));
    }

    <T> Flux<T> sessionMany(Function<? super Session, ? extends Publisher<? extends T>> function) {
        ForeignSession session = session();
        return Flux.defer(() -> Flux.from(function.apply(session)));
    }

    private ForeignSession session() {
        return new ForeignSession(holder.getConnection(), factory, dialect, context, options.name());
    }

    private @Nullable IllegalStateException conflict() {
        String wish = wish();
        return wish == null
                ? null
                : new IllegalStateException(options.name() + ": cannot become part of the transaction \""
                        + context.getCurrentTransactionName()
                        + "\", which the sessions have not begun; nothing was sent: it wants " + wish
                        + ". Change one of them, or use Propagation.REQUIRES_NEW.");
    }

    private @Nullable String wish() {
        int level = Terms.isolation(options);
        Integer there = context.getCurrentTransactionIsolationLevel();
        if (level != TransactionDefinition.ISOLATION_DEFAULT && (there == null || there != level)) {
            return "an isolation level, but that one has " + (there == null ? "the default" : "another");
        }
        if (context.isCurrentTransactionReadOnly() && !Terms.isReadOnly(options)) {
            return "to write, but that one is read-only";
        }
        if (options.getAttribute(TransactionAttributes.STATEMENT_TIMEOUT) != null) {
            return "a statementTimeout";
        }
        if (options.getAttribute(io.r2dbc.spi.TransactionDefinition.LOCK_WAIT_TIMEOUT) != null) {
            return "a lockTimeout";
        }
        if (options.getAttribute(TransactionAttributes.IDLE_TIMEOUT) != null) {
            return "an idleTimeout";
        }
        return options.getAttribute(TransactionAttributes.SETTINGS) == null ? null : "a setting of its own";
    }
}
