package org.reactivesessions.spring;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.Session;
import org.reactivesessions.SqlStatement;
import org.reactivestreams.Publisher;
import org.springframework.transaction.reactive.TransactionContext;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session whose nested scopes Spring knows of as well. Thread-safe. */
final class BoundSession implements Session {

    private final Session session;

    BoundSession(Session session) {
        this.session = session;
    }

    /**
     * Runs a function where Spring knows of its session.
     *
     * @param nested whether the session is a savepoint in the transaction that Spring knows of
     */
    static <T> Mono<T> run(
            Session session, boolean nested, Function<? super Session, ? extends Publisher<? extends T>> function) {
        return Mono.deferContextual(inside -> {
            Passage passage = Passage.in(inside);
            Mono<T> work = Mono.from(function.apply(new BoundSession(session)));
            if (passage.isKnown(session, inside)) {
                return work;
            }
            TransactionContext context = passage.open(session, inside, nested);
            return work.contextWrite(subscriber -> Surroundings.into(subscriber, context));
        });
    }

    /** The same for many elements. */
    static <T> Flux<T> runMany(
            Session session, boolean nested, Function<? super Session, ? extends Publisher<? extends T>> function) {
        return Flux.deferContextual(inside -> {
            Passage passage = Passage.in(inside);
            Flux<T> work = Flux.from(function.apply(new BoundSession(session)));
            if (passage.isKnown(session, inside)) {
                return work;
            }
            TransactionContext context = passage.open(session, inside, nested);
            return work.contextWrite(subscriber -> Surroundings.into(subscriber, context));
        });
    }

    @Override
    public <T> Mono<T> nested(Function<? super Session, ? extends Mono<? extends T>> function) {
        Objects.requireNonNull(function, "function must not be null; return Mono.empty() from it to do nothing");
        return session.nested(inner -> run(inner, true, function));
    }

    @Override
    public SqlStatement sql(String sql) {
        return session.sql(sql);
    }

    @Override
    public SqlStatement sql(String sql, @Nullable Object @Nullable ... arguments) {
        return session.sql(sql, arguments);
    }

    @Override
    public Connection connection() {
        return session.connection();
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return session.connectionFactory();
    }

    @Override
    public void beforeCommit(Supplier<? extends Publisher<?>> hook) {
        session.beforeCommit(hook);
    }

    @Override
    public void afterCommit(Supplier<? extends Publisher<?>> hook) {
        session.afterCommit(hook);
    }

    @Override
    public void afterRollback(Supplier<? extends Publisher<?>> hook) {
        session.afterRollback(hook);
    }

    @Override
    public int attempt() {
        return session.attempt();
    }

    @Override
    public Mono<Instant> startedAt() {
        return session.startedAt();
    }
}
