package org.reactivesessions.jcstress;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A connection of a {@link StillDatabase}, with or without an event loop. It has no statements. Thread-safe. */
public final class StillConnection implements Connection, Wrapped<Object> {

    private final StillDatabase database;
    private final @Nullable Scheduler loop;
    private volatile boolean inTransaction;
    private volatile boolean closed;

    StillConnection(StillDatabase database) {
        this(database, null);
    }

    private StillConnection(StillDatabase database, @Nullable Scheduler loop) {
        this.database = database;
        this.loop = loop;
    }

    /** One of no database, whose driver has an event loop, or none. */
    public static StillConnection alone(@Nullable Scheduler loop) {
        return new StillConnection(new StillDatabase(), loop);
    }

    private static Mono<Void> answered(Runnable effect) {
        return Mono.fromRunnable(effect);
    }

    @Override
    public Mono<Void> beginTransaction() {
        return answered(() -> inTransaction = true);
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition definition) {
        return beginTransaction();
    }

    @Override
    public Mono<Void> commitTransaction() {
        return answered(() -> {
            inTransaction = false;
            database.committed();
        });
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return answered(() -> {
            inTransaction = false;
            database.rolledBack();
        });
    }

    @Override
    public Mono<Void> close() {
        return answered(() -> closed = true);
    }

    @Override
    public Batch createBatch() {
        throw new UnsupportedOperationException("There are no statements here");
    }

    @Override
    public Statement createStatement(String sql) {
        throw new UnsupportedOperationException("There are no statements here: " + sql);
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        return Mono.empty();
    }

    @Override
    public boolean isAutoCommit() {
        return !inTransaction;
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return Mono.empty();
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return new ConnectionMetadata() {
            @Override
            public String getDatabaseProductName() {
                return "still";
            }

            @Override
            public String getDatabaseVersion() {
                return "1";
            }
        };
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return IsolationLevel.READ_COMMITTED;
    }

    @Override
    public Mono<Void> setTransactionIsolationLevel(IsolationLevel level) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        return Mono.empty();
    }

    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        return Mono.empty();
    }

    @Override
    public Mono<Boolean> validate(ValidationDepth depth) {
        return Mono.fromSupplier(() -> !closed);
    }

    @Override
    public Object unwrap() {
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // Wrapped.unwrap(Class) is specified to return null for a type that is not there.
    public <E> @Nullable E unwrap(Class<E> targetClass) {
        return targetClass == Scheduler.class ? targetClass.cast(loop) : null;
    }
}
