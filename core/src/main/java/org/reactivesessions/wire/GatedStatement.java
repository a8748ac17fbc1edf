package org.reactivesessions.wire;

import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A statement behind a {@link StatementGate}.
 *
 * <p>Bind values that are streams ({@link Blob}, {@link Clob}) are collected before the statement passes the gate, up to
 * {@value BindStreams#LIMIT} bytes or characters each: the driver would otherwise send the statement whenever the stream
 * happens to end, possibly behind ROLLBACK.
 *
 * <p><strong>Threads:</strong> not thread-safe, like every R2DBC statement.
 *
 * @since 0.1
 */
public class GatedStatement implements Statement {

    private final StatementGate gate;
    private final String sql;
    private final Supplier<? extends Statement> physicalStatements;
    private final Statement physical;
    /** Every step so far, so that the statement can be made again once its streams are collected. */
    private final List<Consumer<Statement>> steps = new ArrayList<>(4);

    /** The text as it is sent. */
    private String sent;

    private boolean bound;
    private boolean streaming;

    /**
     * Creates a façade.
     *
     * @param gate the gate of the scope
     * @param sql the SQL text, for messages
     * @param physicalStatements makes the driver's statement for that text
     */
    public GatedStatement(StatementGate gate, String sql, Supplier<? extends Statement> physicalStatements) {
        this.gate = gate;
        this.sql = sql;
        this.sent = sql;
        this.physicalStatements = physicalStatements;
        this.physical = made();
    }

    @Override
    public GatedStatement add() {
        return apply(Statement::add);
    }

    @Override
    public GatedStatement bind(int index, Object value) {
        return record(value, (statement, plain) -> statement.bind(index, plain));
    }

    @Override
    public GatedStatement bind(String name, Object value) {
        return record(value, (statement, plain) -> statement.bind(name, plain));
    }

    @Override
    public GatedStatement bindNull(int index, Class<?> type) {
        bound = true;
        return apply(statement -> statement.bindNull(index, type));
    }

    @Override
    public GatedStatement bindNull(String name, Class<?> type) {
        bound = true;
        return apply(statement -> statement.bindNull(name, type));
    }

    @Override
    public GatedStatement returnGeneratedValues(String... columns) {
        if (columns == null || Arrays.asList(columns).contains(null)) {
            throw new IllegalArgumentException("columns must not be null, nor any of them");
        }
        // Drivers append the names to the text as they are.
        String whole = sql + " RETURNING " + String.join(", ", columns);
        GatedBatch.requireNoTransactionControl(whole);
        sent = whole;
        return apply(statement -> statement.returnGeneratedValues(columns));
    }

    @Override
    public GatedStatement fetchSize(int rows) {
        return apply(statement -> statement.fetchSize(rows));
    }

    @Override
    public Publisher<? extends Result> execute() {
        return results();
    }

    /**
     * Returns the gated results.
     *
     * @return a cold flux of façade results
     */
    protected final Flux<GatedResult> results() {
        if (!streaming) {
            return gated(physical.execute());
        }
        return Flux.fromIterable(List.copyOf(steps))
                .concatMap(step -> step instanceof StreamStep stream ? stream.collected() : Mono.just(step))
                .collectList()
                .flatMapMany(collected -> {
                    Statement fresh = made();
                    collected.forEach(step -> step.accept(fresh));
                    return gated(fresh.execute());
                });
    }

    /**
     * Wraps a result of the driver; a dialect returns its own subclass.
     *
     * @param result the driver's result
     * @param parameterised whether the statement has parameters and is therefore sent when the result is subscribed
     * @return the façade
     */
    protected GatedResult wrap(Result result, boolean parameterised) {
        return new GatedResult(gate, sent, result, null);
    }

    /**
     * Lets a dialect add operators between the driver's results and the gate.
     *
     * @param results the driver's results
     * @param parameterised whether the statement has parameters
     * @return the same results
     */
    protected Flux<? extends Result> observe(Publisher<? extends Result> results, boolean parameterised) {
        return Flux.from(results);
    }

    /** Returns the gate to a dialect's subclass. */
    protected final StatementGate gate() {
        return gate;
    }

    /** Returns the SQL text, as it is sent, to a dialect's subclass. */
    protected final String sql() {
        return sent;
    }

    private Flux<GatedResult> gated(Publisher<? extends Result> results) {
        return gate.flux(
                sent,
                observe(results, bound).map(result -> wrap(result, bound)),
                bound ? Passage.PREPARATION : Passage.EXECUTION);
    }

    private Statement made() {
        return gate.conduct().echoing(sql, physicalStatements.get());
    }

    private GatedStatement apply(Consumer<Statement> step) {
        step.accept(physical);
        steps.add(step);
        return this;
    }

    private GatedStatement record(Object value, Binder binder) {
        bound = true;
        Mono<Object> collected = BindStreams.collect(value);
        if (collected == null) {
            return apply(statement -> binder.bind(statement, value));
        }
        streaming = true;
        binder.bind(physical, BindStreams.PLACEHOLDER); // fails at once if there is no such parameter
        steps.add(new StreamStep(collected, binder));
        return this;
    }

    @FunctionalInterface
    private interface Binder {
        Statement bind(Statement statement, Object value);
    }

    /** A step whose value has to be collected first. */
    private record StreamStep(Mono<Object> value, Binder binder) implements Consumer<Statement> {

        Mono<Consumer<Statement>> collected() {
            return value.map(whole -> statement -> binder.bind(statement, whole));
        }

        @Override
        public void accept(Statement statement) {
            throw new IllegalStateException("A stream must be collected before it is bound");
        }
    }

    @Override
    public String toString() {
        return "GatedStatement[" + sql + "]";
    }
}
