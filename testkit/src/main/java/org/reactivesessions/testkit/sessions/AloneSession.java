package org.reactivesessions.testkit.sessions;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Instant;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.SqlStatement;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A session without a transaction: each statement is one by itself. Thread-safe. */
final class AloneSession implements Session {

    private final ReactiveSessions sessions;

    AloneSession(ReactiveSessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public SqlStatement sql(String sql) {
        return new AloneStatement(sessions, session -> session.sql(sql));
    }

    @Override
    public SqlStatement sql(String sql, @Nullable Object @Nullable ... arguments) {
        return new AloneStatement(sessions, session -> session.sql(sql, arguments));
    }

    @Override
    public Connection connection() {
        throw new UnsupportedOperationException(
                "connection() of a session without a transaction cannot be had in a test that is"
                        + " rolled back; use sql(…), or withTransaction.");
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return sessions.connectionFactory();
    }

    @Override
    public <T> Mono<T> nested(Function<? super Session, ? extends Mono<? extends T>> function) {
        return Mono.error(() -> withoutTransaction("nested"));
    }

    @Override
    public void beforeCommit(Supplier<? extends Publisher<?>> hook) {
        throw withoutTransaction("beforeCommit");
    }

    @Override
    public void afterCommit(Supplier<? extends Publisher<?>> hook) {
        throw withoutTransaction("afterCommit");
    }

    @Override
    public void afterRollback(Supplier<? extends Publisher<?>> hook) {
        throw withoutTransaction("afterRollback");
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public Mono<Instant> startedAt() {
        return Mono.error(() -> withoutTransaction("startedAt"));
    }

    private static IllegalStateException withoutTransaction(String what) {
        return new IllegalStateException(
                what + " needs a transaction, but this session has none, nothing was sent; use withTransaction.");
    }
}
