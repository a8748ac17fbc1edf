package org.reactivesessions.wire;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.ConnectionMetadata;
import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.Option;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import io.r2dbc.spi.ValidationDepth;
import io.r2dbc.spi.Wrapped;
import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;

/**
 * The connection a function sees: a façade whose every method is one of four kinds, so that nothing reaches the wire
 * except through the scope's {@link StatementGate}.
 *
 * <ul>
 *   <li><em>gated</em>: {@code createStatement}, {@code createBatch}, {@code validate};
 *   <li><em>answered from our state</em>: {@code isAutoCommit}, {@code getTransactionIsolationLevel}, {@code getMetadata},
 *       {@code setAutoCommit(false)}, {@code unwrap} (façade types and {@link Scheduler} only);
 *   <li><em>mapped</em>: timeouts, where a dialect knows how to confine them to the transaction;
 *   <li><em>refused</em>: everything that begins, ends, marks or closes, because the scope does that.
 * </ul>
 *
 * <p>What is refused throws {@link UnsupportedOperationException} where a value is returned and signals it where a
 * {@link Publisher} is returned; after the end of the scope both become {@link IllegalStateException}.
 *
 * <p>A dialect extends this class for the driver's own interfaces. <strong>Threads:</strong> as thread-safe as the driver's
 * connection. <strong>Ownership:</strong> belongs to the scope; never close it.
 *
 * @since 0.1
 */
public class GatedConnection implements Connection, Wrapped<Object> {

    private static final String WITHOUT_TRANSACTION =
            "the session has no transaction; use withTransaction for work that needs one";

    private final Connection physical;
    private final StatementGate gate;
    private final TransactionDefinition definition;

    private record NoTransaction(IsolationLevel level) implements TransactionDefinition {

        @Override
        public <T> @Nullable T getAttribute(Option<T> option) {
            return option.equals(ISOLATION_LEVEL) ? option.cast(level) : null;
        }
    }

    /**
     * Returns what stands in the place of a definition where there is no transaction: every statement commits by itself.
     *
     * @param level the isolation level of a statement, which the driver may not know any more after a transaction
     * @return a definition for the façade alone
     */
    public static TransactionDefinition withoutTransaction(IsolationLevel level) {
        return new NoTransaction(level);
    }

    /**
     * Creates a façade.
     *
     * @param physical the driver's connection
     * @param gate the gate of the scope
     * @param definition what the transaction was begun with, its isolation level always set; or {@link #withoutTransaction}
     */
    public GatedConnection(Connection physical, StatementGate gate, TransactionDefinition definition) {
        this.physical = physical;
        this.gate = gate;
        this.definition = definition;
    }

    /**
     * Returns the gate of the scope.
     *
     * @return the gate
     */
    protected final StatementGate gate() {
        return gate;
    }

    /**
     * Answers a method that returns a publisher and is refused.
     *
     * @param refused the method
     * @param instead what to use
     * @return a mono that signals the refusal; nothing is sent
     */
    protected final Mono<Void> refuse(String refused, String instead) {
        return Mono.defer(() -> Mono.error(
                gate.isClosed()
                        ? gate.usedAfterEnd()
                        : new UnsupportedOperationException(refused + " is refused inside a scope: " + instead + ".")));
    }

    @Override
    public Statement createStatement(String sql) {
        requireStatement(sql);
        return new GatedStatement(gate, sql, () -> physical.createStatement(sql));
    }

    /**
     * Tells whether the scope has ended.
     *
     * @return whether every further statement is refused
     */
    public final boolean isClosed() {
        return gate.isClosed();
    }

    /**
     * Throws when the scope has ended.
     *
     * @throws IllegalStateException if the scope has ended
     */
    public final void requireOpen() {
        gate.requireOpen();
    }

    /**
     * Checks that a statement may be created: the scope is open and the text carries no transaction control.
     *
     * @param sql the SQL text
     * @throws IllegalStateException if the scope has ended
     * @throws UnsupportedOperationException if the text carries transaction control
     */
    public final void requireStatement(String sql) {
        gate.requireOpen();
        GatedBatch.requireNoTransactionControl(sql);
    }

    /**
     * Runs a statement that returns rows.
     *
     * @param call the statement
     * @param mapper maps each row, on the connection's executor; the row is valid only during the call
     * @param <T> what a row is mapped to
     * @return a cold flux that passes the gate once, at its subscription
     */
    public final <T> Flux<T> rows(StatementCall call, Function<? super Readable, ? extends T> mapper) {
        return consume(call, reading(call, mapper));
    }

    /**
     * Runs a statement that returns rows, as soon as no nested scope is open.
     *
     * @param call the statement
     * @param mapper maps each row, on the connection's executor; the row is valid only during the call
     * @param <T> what a row is mapped to
     * @return a cold flux that passes the gate once, at its subscription
     */
    public final <T> Flux<T> rowsInTurn(StatementCall call, Function<? super Readable, ? extends T> mapper) {
        return gate.flux(call.sql(), ungated(call, reading(call, mapper)), Passage.IN_TURN);
    }

    private <T> Function<Result, Publisher<T>> reading(
            StatementCall call, Function<? super Readable, ? extends T> mapper) {
        Function<Readable, T> confined = row -> mapper.apply(confine(row));
        return result -> read(result, call.parameterised(), confined);
    }

    /**
     * Reads the rows of a result; a dialect whose driver needs help with it overrides this.
     *
     * @param result the driver's result
     * @param parameterised whether the statement has parameters, and so is sent when its result is read
     * @param mapper maps each row
     * @param <T> what a row is mapped to
     * @return the mapped rows
     */
    protected <T> Publisher<T> read(Result result, boolean parameterised, Function<Readable, T> mapper) {
        return result.map(mapper);
    }

    /**
     * Runs a statement that returns row counts.
     *
     * @param call the statement
     * @return a cold flux of one count per result; it passes the gate once, at its subscription
     */
    public final Flux<Long> rowsUpdated(StatementCall call) {
        return consume(call, Result::getRowsUpdated);
    }

    /**
     * Runs a statement and consumes its results where they arrive, so that none of them has to pass the gate again.
     *
     * @param call the statement
     * @param consumption consumes one result
     * @param <T> the type of the elements
     * @return a cold flux that passes the gate once, at its subscription
     */
    protected <T> Flux<T> consume(StatementCall call, Function<Result, Publisher<T>> consumption) {
        return gate.flux(
                call.sql(),
                ungated(call, consumption),
                call.parameterised() ? Passage.PARAMETERISED : Passage.STATEMENT);
    }

    private <T> Publisher<T> ungated(StatementCall call, Function<Result, Publisher<T>> consumption) {
        return subscriber -> {
            Flux<T> consumed = Flux.from(executed(call)).concatMap(consumption, 0);
            (call.parameterised() ? consumed : drained(consumed)).subscribe(subscriber);
        };
    }

    /** What a driver refuses before it has sent anything, it refuses without the text it is about. */
    private Publisher<? extends Result> executed(StatementCall call) {
        Statement statement = gate.conduct().echoing(call.sql(), physical.createStatement(call.sql()));
        try {
            call.preparation().accept(statement);
            return statement.execute();
        } catch (IllegalArgumentException | IllegalStateException refused) {
            throw new IllegalArgumentException(
                    refused.getMessage() + ". Nothing was sent. Bind every parameter of the text exactly once, $1 as"
                            + " bind(0, …), with a type the driver knows: " + call.sql(),
                    refused);
        }
    }

    /**
     * Keeps what a mapping function sees of a row behind the façade; a dialect whose rows can reach the connection wraps
     * them.
     *
     * @param row a row, or the out parameters of a procedure
     * @return what the mapping function gets
     */
    protected Readable confine(Readable row) {
        return row;
    }

    /**
     * Lets a dialect drain the results that are dropped on a cancel, for a statement that was sent when it was executed.
     *
     * @param consumed what the results were mapped to
     * @param <T> the type of its elements
     * @return the same elements
     */
    protected <T> Flux<T> drained(Flux<T> consumed) {
        return consumed;
    }

    @Override
    public Batch createBatch() {
        gate.requireOpen();
        return new GatedBatch(gate, physical.createBatch());
    }

    @Override
    public Publisher<Boolean> validate(ValidationDepth depth) {
        return gate.mono(
                "validate(" + depth + ")",
                Mono.defer(() -> Mono.from(physical.validate(depth))),
                depth == ValidationDepth.LOCAL ? Passage.LOCAL : Passage.STATEMENT);
    }

    @Override
    public ConnectionMetadata getMetadata() {
        gate.requireOpen();
        return physical.getMetadata();
    }

    @Override
    public boolean isAutoCommit() {
        gate.requireOpen();
        return !isTransactional();
    }

    /**
     * Tells what kind of scope this is.
     *
     * @return whether the scope is a transaction
     */
    public final boolean isTransactional() {
        return !(definition instanceof NoTransaction);
    }

    @Override
    public IsolationLevel getTransactionIsolationLevel() {
        gate.requireOpen();
        IsolationLevel level = definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL);
        return level == null ? physical.getTransactionIsolationLevel() : level;
    }

    @Override
    public Mono<Void> setAutoCommit(boolean autoCommit) {
        if (autoCommit == isTransactional()) {
            return autoCommit
                    ? refuse("setAutoCommit(true)", "it would commit; the scope commits when its function completes")
                    : refuse("setAutoCommit(false)", WITHOUT_TRANSACTION);
        }
        return Mono.defer(() -> gate.isClosed() ? Mono.error(gate.usedAfterEnd()) : Mono.empty());
    }

    @Override
    public Mono<Void> beginTransaction() {
        return refuse(
                "beginTransaction()",
                isTransactional()
                        ? "the transaction is already open; run statements on this connection"
                        : WITHOUT_TRANSACTION);
    }

    @Override
    public Mono<Void> beginTransaction(TransactionDefinition other) {
        return refuse(
                "beginTransaction(definition)",
                isTransactional()
                        ? "give the definition to withTransaction as TransactionOptions"
                        : WITHOUT_TRANSACTION);
    }

    @Override
    public Mono<Void> commitTransaction() {
        return refuse(
                "commitTransaction()",
                isTransactional() ? "complete the function's result and the scope commits" : WITHOUT_TRANSACTION);
    }

    @Override
    public Mono<Void> rollbackTransaction() {
        return refuse(
                "rollbackTransaction()",
                isTransactional()
                        ? "end the function's result with an error and the scope rolls back"
                        : WITHOUT_TRANSACTION);
    }

    @Override
    public Mono<Void> createSavepoint(String name) {
        return refuse("createSavepoint(name)", "use nested(function) of the session");
    }

    @Override
    public Mono<Void> releaseSavepoint(String name) {
        return refuse("releaseSavepoint(name)", "use nested(function) of the session");
    }

    @Override
    public Mono<Void> rollbackTransactionToSavepoint(String name) {
        return refuse("rollbackTransactionToSavepoint(name)", "use nested(function) of the session");
    }

    @Override
    public Mono<Void> setTransactionIsolationLevel(IsolationLevel isolationLevel) {
        return refuse("setTransactionIsolationLevel(level)", "give the level to withTransaction as TransactionOptions");
    }

    @Override
    public Mono<Void> setLockWaitTimeout(Duration timeout) {
        return refuse(
                "setLockWaitTimeout(timeout)", "it would outlive the transaction; set it by a statement of yours");
    }

    @Override
    public Mono<Void> setStatementTimeout(Duration timeout) {
        return refuse(
                "setStatementTimeout(timeout)", "it would outlive the transaction; set it by a statement of yours");
    }

    @Override
    public Mono<Void> close() {
        return refuse("close()", "the scope gives the connection back by itself");
    }

    @Override
    public Object unwrap() {
        return this;
    }

    @Override
    @SuppressWarnings("NullAway") // Wrapped.unwrap(Class) is specified to return null for a type that is not there.
    public <E> @Nullable E unwrap(Class<E> targetClass) {
        if (targetClass.isInstance(this)) {
            return targetClass.cast(this);
        }
        if (targetClass == Scheduler.class && physical instanceof Wrapped<?> wrapped) {
            return wrapped.unwrap(targetClass);
        }
        return null;
    }

    @Override
    public String toString() {
        return getClass().getSimpleName() + (gate.isClosed() ? "[ended]" : "[open]");
    }
}
