package org.reactivesessions.testkit.sessions;

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
import reactor.core.publisher.Mono;

/** The session of something that is a transaction for the code under test: hooks run at its end, not at that of the test. Thread-safe. */
final class RollbackSession implements Session {

    private final Session session;
    private final RollbackScope scope;

    RollbackSession(Session session, RollbackScope scope) {
        this.session = session;
        this.scope = scope;
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
    public <T> Mono<T> nested(Function<? super Session, ? extends Mono<? extends T>> function) {
        Objects.requireNonNull(function, "function must not be null; return Mono.empty() from it to do nothing");
        return scope.home()
                .<T, T>nested(
                        scope, work -> session.nested(inner -> work.apply(inner).singleOrEmpty()), function)
                .singleOrEmpty();
    }

    @Override
    public void beforeCommit(Supplier<? extends Publisher<?>> hook) {
        requireOpen();
        scope.hooks().beforeCommit(hook);
    }

    @Override
    public void afterCommit(Supplier<? extends Publisher<?>> hook) {
        requireOpen();
        scope.hooks().afterCommit(hook);
    }

    @Override
    public void afterRollback(Supplier<? extends Publisher<?>> hook) {
        requireOpen();
        scope.hooks().afterRollback(hook);
    }

    /** The session's own hooks are refused after its end, so a hook that does nothing asks it. */
    private void requireOpen() {
        session.beforeCommit(Mono::empty);
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
