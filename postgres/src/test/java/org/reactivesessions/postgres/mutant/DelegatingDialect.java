package org.reactivesessions.postgres.mutant;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.TransactionDefinition;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.CommitMarker;
import org.reactivesessions.dialect.CursorTexts;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.dialect.WriteGuard;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;

/** A dialect that passes every call on, for subclasses that watch or falsify some of them. As thread-safe as the other. */
public abstract class DelegatingDialect implements Dialect {

    private final Dialect delegate;

    protected DelegatingDialect(Dialect delegate) {
        this.delegate = delegate;
    }

    protected final Dialect delegate() {
        return delegate;
    }

    @Override
    public void requireSupported(TransactionDefinition definition) {
        delegate.requireSupported(definition);
    }

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        return delegate.begin(physical, definition);
    }

    @Override
    public Publisher<Void> commit(Connection physical) {
        return delegate.commit(physical);
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        return delegate.rollback(physical);
    }

    @Override
    public @Nullable Publisher<Void> cancelRequest(Connection physical) {
        return delegate.cancelRequest(physical);
    }

    @Override
    public boolean inTransaction(Connection physical) {
        return delegate.inTransaction(physical);
    }

    @Override
    public boolean isServerError(Throwable error) {
        return delegate.isServerError(error);
    }

    @Override
    public CommitAnswer commitAnswer(Throwable error) {
        return delegate.commitAnswer(error);
    }

    @Override
    public Object nullParameter() {
        return delegate.nullParameter();
    }

    @Override
    public GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition) {
        return delegate.wrap(physical, gate, definition);
    }

    @Override
    public Publisher<Void> savepoint(Connection physical, String name) {
        return delegate.savepoint(physical, name);
    }

    @Override
    public Publisher<Void> releaseSavepoint(Connection physical, String name) {
        return delegate.releaseSavepoint(physical, name);
    }

    @Override
    public Publisher<Void> rollbackToSavepoint(Connection physical, String name) {
        return delegate.rollbackToSavepoint(physical, name);
    }

    @Override
    public Publisher<Void> undoToSavepoint(Connection physical, String name) {
        return delegate.undoToSavepoint(physical, name);
    }

    @Override
    public Publisher<Void> barrier(Connection physical) {
        return delegate.barrier(physical);
    }

    @Override
    public String transactionTimestamp() {
        return delegate.transactionTimestamp();
    }

    @Override
    public @Nullable CursorTexts cursors() {
        return delegate.cursors();
    }

    @Override
    public @Nullable WriteGuard guard() {
        return delegate.guard();
    }

    @Override
    public boolean overridesReadOnly() {
        return delegate.overridesReadOnly();
    }

    @Override
    public boolean limitsTime() {
        return delegate.limitsTime();
    }

    @Override
    public @Nullable CommitMarker marker() {
        return delegate.marker();
    }

    @Override
    public FailureClass classify(LifePhase phase, Throwable error) {
        return delegate.classify(phase, error);
    }
}
