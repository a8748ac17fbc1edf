package org.reactivesessions.transaction;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/** A connection for a library: statements go through a scope's façade. As thread-safe as that. */
abstract class DelegatingConnection implements Connection, Wrapped<Object> {

    private final GatedConnection facade;

    DelegatingConnection(GatedConnection facade) {
        this.facade = facade;
    }

    final GatedConnection facade() {
        return facade;
    }

    @Override
    public final Statement createStatement(String sql) {
        return facade.createStatement(sql);
    }

    @Override
    public final Batch createBatch() {
        return facade.createBatch();
    }

    /** After the end the answer is {@code false}: who asks before every use, like a pool, must not get an error. */
    @Override
    public final Publisher<Boolean> validate(ValidationDepth depth) {
        return Mono.from(facade.validate(depth))
                .onErrorResume(refused -> facade.isClosed() ? Mono.just(false) : Mono.error(refused));
    }

    @Override
    public final ConnectionMetadata getMetadata() {
        return facade.getMetadata();
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return facade.getTransactionIsolationLevel();
    }

    @Override
    public final Publisher<Void> setTransactionIsolationLevel(IsolationLevel level) {
        return facade.setTransactionIsolationLevel(level);
    }

    @Override
    public final Publisher<Void> setStatementTimeout(Duration timeout) {
        return facade.setStatementTimeout(timeout);
    }

    @Override
    public final Publisher<Void> setLockWaitTimeout(Duration timeout) {
        return facade.setLockWaitTimeout(timeout);
    }

    @Override
    public final Object unwrap() {
        return facade.unwrap();
    }

    @Override
    @SuppressWarnings("NullAway") // Wrapped.unwrap(Class) is specified to return null for a type that is not there.
    public final <E> @Nullable E unwrap(Class<E> targetClass) {
        return facade.unwrap(targetClass);
    }
}
