package org.reactivesessions.spring;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionFactory;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.Session;
import org.reactivesessions.SqlStatement;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.wire.TransactionControl;
import org.reactivestreams.Publisher;
import org.springframework.r2dbc.connection.SingleConnectionFactory;
import org.springframework.transaction.reactive.TransactionContext;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A session on the connection of a transaction that somebody else began. Thread-safe. */
final class ForeignSession implements Session {

    private static final AtomicInteger SAVEPOINTS = new AtomicInteger();

    private final Connection connection;
    private final ConnectionFactory factory;
    private final Dialect dialect;
    private final TransactionContext context;
    private final String name;

    /** @param name of the scope, for messages */
    ForeignSession(
            Connection connection,
            ConnectionFactory factory,
            Dialect dialect,
            TransactionContext context,
            String name) {
        this.connection = connection;
        this.factory = factory;
        this.dialect = dialect;
        this.context = context;
        this.name = name;
    }

    @Override
    public SqlStatement sql(String sql) {
        String control = TransactionControl.find(sql);
        if (control != null) {
            throw new UnsupportedOperationException(name + ": " + control
                    + " in SQL text is refused, because whoever began the transaction ends it; use nested(…) for a savepoint: "
                    + sql);
        }
        return new ForeignStatement(connection, dialect, name, sql);
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

    /** It is whoever's it is: closing and ending it is his. */
    @Override
    public Connection connection() {
        return connection;
    }

    @Override
    public ConnectionFactory connectionFactory() {
        return new SingleConnectionFactory(connection, factory.getMetadata(), true);
    }

    @Override
    public <T> Mono<T> nested(Function<? super Session, ? extends Mono<? extends T>> function) {
        Objects.requireNonNull(function, "function must not be null; return Mono.empty() from it to do nothing");
        return Mono.defer(() -> {
            String savepoint = "reactive_sessions_" + SAVEPOINTS.incrementAndGet();
            Mono<Void> undo = Mono.from(connection.rollbackTransactionToSavepoint(savepoint));
            return Mono.usingWhen(
                    Mono.from(connection.createSavepoint(savepoint)).thenReturn(this),
                    function,
                    session -> connection.releaseSavepoint(savepoint),
                    (session, error) -> undo,
                    session -> undo);
        });
    }

    private void register(TransactionSynchronization synchronization) {
        new TransactionSynchronizationManager(context).registerSynchronization(synchronization);
    }

    @Override
    public void beforeCommit(Supplier<? extends Publisher<?>> hook) {
        register(new TransactionSynchronization() {
            @Override
            public Mono<Void> beforeCommit(boolean readOnly) {
                return run(hook);
            }
        });
    }

    @Override
    public void afterCommit(Supplier<? extends Publisher<?>> hook) {
        register(new TransactionSynchronization() {
            @Override
            public Mono<Void> afterCommit() {
                return run(hook);
            }
        });
    }

    @Override
    public void afterRollback(Supplier<? extends Publisher<?>> hook) {
        register(new TransactionSynchronization() {
            @Override
            public Mono<Void> afterCompletion(int status) {
                return status == STATUS_ROLLED_BACK ? run(hook) : Mono.empty();
            }
        });
    }

    private static Mono<Void> run(Supplier<? extends Publisher<?>> hook) {
        return Flux.defer(() -> Flux.from(hook.get())).then();
    }

    @Override
    public int attempt() {
        return 1;
    }

    @Override
    public Mono<Instant> startedAt() {
        return new ForeignStatement(connection, dialect, name, dialect.transactionTimestamp())
                .one(row ->
                        Objects.requireNonNull(row.get(0, OffsetDateTime.class)).toInstant());
    }
}
