package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcRollbackException;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.SignalType;

/** One of the connections of a test, which are all the same. Thread-safe as far as the driver's is. */
final class SharedConnection implements Connection, Wrapped<Connection> {

    private final SharedTransaction shared;
    private final Connection connection;
    private final String who;
    private final Throwable stack;
    private final AtomicReference<@Nullable Piece> transaction = new AtomicReference<>();
    private final AtomicReference<@Nullable Alone> alone = new AtomicReference<>();
    private volatile boolean closed;

    SharedConnection(SharedTransaction shared, int number, Throwable stack) {
        this.shared = shared;
        this.connection = shared.connection();
        this.who = "connection " + number + " of the test";
        this.stack = stack;
    }

    /** What a statement gives: as it is inside a transaction, from a savepoint of its own on outside. */
    Flux<Result> results(Supplier<? extends Publisher<? extends Result>> execute) {
        return Flux.defer(() -> {
            requireOpen();
            if (transaction.get() != null) {
                return Flux.from(execute.get());
            }
            Alone statement = new Alone(shared.piece(who + " with a statement outside a transaction", stack));
            Alone before = alone.getAndSet(statement);
            return statement.results(
                    before == null ? Mono.empty() : before.end().onErrorComplete(), execute);
        });
    }

    private void requireOpen() {
        shared.requireOpen();
        if (closed) {
            throw new IllegalStateException(who + " was closed; create another one");
        }
    }

    @Override
    public Statement createStatement(String sql) {
        TransactionText.refuseControl(sql);
        return new SharedStatement(connection.createStatement(sql), this);
    }

    @Override
    public Batch createBatch() {
        return new SharedBatch(connection.createBatch(), this);
    }

    @Override
    public Publisher<Void> beginTransaction() {
        return Mono.defer(() -> {
            requireOpen();
            Piece piece = shared.piece(who + " in a transaction", stack);
            return transaction.compareAndSet(null, piece) ? begin(piece) : Mono.empty();
        });
    }

    private Mono<Void> begin(Piece piece) {
        return endAlone()
                .then(piece.begin())
                .onErrorResume(error -> abandon(piece).then(Mono.error(error)))
                .doFinally(signal -> {
                    if (signal == SignalType.CANCEL) {
                        abandon(piece).subscribe(); // detached: nobody is left to hear of it
                    }
                });
    }

    private Mono<Void> abandon(Piece piece) {
        transaction.compareAndSet(piece, null);
        return piece.undo().onErrorComplete();
    }

    @Override
    public Publisher<Void> beginTransaction(TransactionDefinition definition) {
        return Mono.defer(() -> {
            shared.requireIsolation(definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL));
            boolean readOnly = Boolean.TRUE.equals(definition.getAttribute(TransactionDefinition.READ_ONLY));
            return Mono.from(beginTransaction()).then(readOnly ? shared.readOnly() : Mono.empty());
        });
    }

    @Override
    public Publisher<Void> commitTransaction() {
        return Mono.defer(() -> {
            Piece piece = transaction.getAndSet(null);
            return piece == null
                    ? Mono.empty()
                    : piece.commit().onErrorMap(SharedTransaction::isAborted, SharedConnection::rolledBack);
        });
    }

    /** What the driver says when COMMIT was answered by ROLLBACK. */
    private static Throwable rolledBack(Throwable aborted) {
        return new R2dbcRollbackException(
                "The database returned ROLLBACK, so the transaction cannot be committed: a statement of it has failed",
                aborted);
    }

    @Override
    public Publisher<Void> rollbackTransaction() {
        return Mono.defer(() -> {
            Piece piece = transaction.getAndSet(null);
            return piece == null ? Mono.empty() : piece.undo();
        });
    }

    @Override
    public Publisher<Void> createSavepoint(String name) {
        return Mono.defer(() -> Mono.from(beginTransaction()).then(Mono.from(connection.createSavepoint(name))));
    }

    @Override
    public Publisher<Void> releaseSavepoint(String name) {
        return inTransaction(() -> connection.releaseSavepoint(name));
    }

    @Override
    public Publisher<Void> rollbackTransactionToSavepoint(String name) {
        return inTransaction(() -> connection.rollbackTransactionToSavepoint(name));
    }

    private Mono<Void> inTransaction(Supplier<? extends Publisher<Void>> what) {
        return Mono.defer(() -> transaction.get() == null ? Mono.empty() : Mono.from(what.get()));
    }

    /** Gives the connection back to the test; an open transaction is undone. */
    @Override
    public Publisher<Void> close() {
        return Mono.defer(() -> {
            closed = true;
            Piece piece = transaction.getAndSet(null);
            return endAlone().then(piece == null ? Mono.empty() : piece.undo());
        });
    }

    private Mono<Void> endAlone() {
        return Mono.defer(() -> {
            Alone before = alone.getAndSet(null);
            return before == null ? Mono.empty() : before.end().onErrorComplete();
        });
    }

    @Override
    public boolean isAutoCommit() {
        return transaction.get() == null;
    }

    @Override
    public Publisher<Void> setAutoCommit(boolean autoCommit) {
        return autoCommit ? commitTransaction() : beginTransaction();
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        return connection.getTransactionIsolationLevel();
    }

    @Override
    public Publisher<Void> setTransactionIsolationLevel(IsolationLevel level) {
        return Mono.fromRunnable(() -> shared.requireIsolation(level));
    }

    @Override
    public Publisher<Void> setLockWaitTimeout(Duration timeout) {
        return connection.setLockWaitTimeout(timeout);
    }

    @Override
    public Publisher<Void> setStatementTimeout(Duration timeout) {
        return connection.setStatementTimeout(timeout);
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return connection.getMetadata();
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        return Mono.defer(() -> closed ? Mono.just(false) : Mono.from(connection.validate(depth)));
    }

    @Override
    public Connection unwrap() {
        return connection;
    }
}
