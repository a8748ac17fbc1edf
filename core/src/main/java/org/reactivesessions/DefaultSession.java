package org.reactivesessions;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Instant;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.transaction.Scope;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A session on a façade connection. Thread-safe. */
final class DefaultSession implements Session {

    private final Scope<Session> scope;
    private final GatedConnection connection;
    private final Dialect dialect;

    DefaultSession(Scope<Session> scope, Dialect dialect) {
        this.scope = scope;
        this.connection = scope.connection();
        this.dialect = dialect;
    }

    @Override
    public SqlStatement sql(String sql) {
        connection.requireStatement(sql);
        return new DefaultSqlStatement(connection, dialect, scope.name(), sql);
    }

    @Override
    public SqlStatement sql(String sql, @Nullable Object @Nullable ... arguments) {
        SqlStatement statement = sql(sql);
        if (arguments == null) {
            return statement.bind(0, null);
        }
        for (int index = 0; index < arguments.length; index++) {
            statement.bind(index, arguments[index]);
        }
        return statement;
    }

    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return scope.connectionFactory();
    }

    @Override
    public <T> Mono<T> nested(Function<? super Session, ? extends Mono<? extends T>> function) {
        Objects.requireNonNull(function, "function must not be null; return Mono.empty() from it to do nothing");
        return scope.nested("nested", function);
    }

    @Override
    public void beforeCommit(Supplier<? extends Publisher<?>> hook) {
        scope.beforeCommit(hook);
    }

    @Override
    public void afterCommit(Supplier<? extends Publisher<?>> hook) {
        scope.afterCommit(hook);
    }

    @Override
    public void afterRollback(Supplier<? extends Publisher<?>> hook) {
        scope.afterRollback(hook);
    }

    @Override
    public int attempt() {
        return scope.attempt();
    }

    @Override
    public Mono<Instant> startedAt() {
        return scope.startedAt();
    }
}
