package org.reactivesessions.scripted;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/** A physical connection of a {@link ScriptedDatabase}. As thread-safe as its exchanges. */
public final class ScriptedConnection implements Connection, Wrapped<Object> {

    private final ScriptedDatabase database;
    private final @Nullable Scheduler loop;
    private final List<Exchange> exchanges = new CopyOnWriteArrayList<>();
    private final List<ScriptedStatement> statements = new CopyOnWriteArrayList<>();
    private volatile boolean inTransaction;
    private volatile boolean open = true;
    private volatile boolean broken;
    private volatile @Nullable RuntimeException throwOnClose;
    private volatile @Nullable RuntimeException throwOnIsolationLevel;
    private volatile @Nullable TransactionDefinition definition;

    ScriptedConnection(ScriptedDatabase database, @Nullable Scheduler loop) {
        this.database = database;
        this.loop = loop;
    }

    /** Sends a message, which the script or the test answers. */
    Exchange send(String command, String text) {
        return send(command, text, () -> {});
    }

    private Exchange send(String command, String text, Runnable success) {
        Exchange exchange = new Exchange(command, text, database.isStubborn(command), success);
        if (!open) {
            exchange.fail(new R2dbcNonTransientResourceException("The script's connection is closed"));
            return exchange;
        }
        exchanges.add(exchange);
        database.sent(exchange);
        return exchange;
    }

    private Mono<Void> command(String text, Runnable success) {
        return Mono.defer(() -> send(text, text, success).end());
    }

    /** Breaks the connection: every open exchange fails, and so does everything behind. */
    public void lose() {
        end(new R2dbcNonTransientResourceException("The script's connection was lost"));
    }

    /** Breaks the connection so that the driver notices only when it is asked. */
    public void breakQuietly() {
        broken = true;
    }

    private void end(Throwable error) {
        open = false;
        exchanges.forEach(exchange -> exchange.fail(error));
    }

    /** Sets what the driver believes about the status. */
    public ScriptedConnection inTransaction(boolean now) {
        inTransaction = now;
        return this;
    }

    /** Makes {@code close()} itself throw. */
    public void throwOnClose(RuntimeException thrown) {
        throwOnClose = thrown;
    }

    /** Makes {@code getTransactionIsolationLevel()} throw. */
    public void throwOnIsolationLevel(RuntimeException thrown) {
        throwOnIsolationLevel = thrown;
    }

    /** What the last transaction was begun with. */
    public @Nullable TransactionDefinition definition() {
        return definition;
    }

    /** Every statement that was made on this connection. */
    public List<ScriptedStatement> statements() {
        return statements;
    }

    /** Whether it was neither closed nor lost. */
    public boolean isOpen() {
        return open;
    }

    @Override
    public Mono<Void> beginTransaction() {
        return command("BEGIN", () -> inTransaction = true);
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition newDefinition) {
        definition = newDefinition;
        return beginTransaction();
    }

    Mono<Void> beginBehindCommit() {
        return command("BEGIN BEHIND COMMIT", () -> inTransaction = true);
    }

    @Override
    public Mono<Void> commitTransaction() {
        return command("COMMIT", () -> inTransaction = false);
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return command("ROLLBACK", () -> inTransaction = false);
    }

    @Override
    public Mono<Void> close() {
        RuntimeException thrown = throwOnClose;
        if (thrown != null) {
            throw thrown;
        }
        return command(
                "CLOSE", () -> end(new R2dbcNonTransientResourceException("The script's connection was closed")));
    }

    @Override
    public ScriptedStatement createStatement(String sql) {
        ScriptedStatement statement = new ScriptedStatement(this, sql);
        statements.add(statement);
        return statement;
    }

    @Override
    public ScriptedBatch createBatch() {
        return new ScriptedBatch(this);
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return command("SAVEPOINT " + name, () -> {});
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return command("RELEASE " + name, () -> {});
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        return command("ROLLBACK TO " + name, () -> {});
    }

    @Override
    public boolean isAutoCommit() {
        return !inTransaction;
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        return command("AUTOCOMMIT " + autoCommit, () -> inTransaction = !autoCommit);
    }

    @Override
    public ConnectionMetadata getMetadata() {
        return ScriptedMetadata.INSTANCE;
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        RuntimeException thrown = throwOnIsolationLevel;
        if (thrown != null) {
            throw thrown;
        }
        return IsolationLevel.READ_COMMITTED;
    }

    @Override
    public Mono<Void> setTransactionIsolationLevel(IsolationLevel level) {
        return command("ISOLATION " + level.asSql(), () -> {});
    }

    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        return command("LOCK TIMEOUT " + timeout, () -> {});
    }

    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        return command("STATEMENT TIMEOUT " + timeout, () -> {});
    }

    @Override
    public Mono<Boolean> validate(ValidationDepth depth) {
        return depth == ValidationDepth.LOCAL
                ? Mono.fromSupplier(() -> open && !broken)
                : Mono.defer(() -> send("VALIDATE", "VALIDATE").end().thenReturn(true));
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
