package org.reactivesessions.wire;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * A result behind a {@link StatementGate}. Consuming it passes the gate once more, because a parameterised statement is
 * sent only when its result is subscribed. It is deliberately not reference-counted: releasing an unconsumed result of
 * r2dbc-postgresql executes its statement.
 *
 * <p>A result of a statement without parameters was sent already; if nobody consumes it, the scope drains it at its end,
 * so that it cannot block what follows on the connection.
 *
 * <p><strong>Threads:</strong> as thread-safe as the driver's result.
 *
 * @since 0.1
 */
public class GatedResult implements Result {

    private final StatementGate gate;
    private final String what;
    private final Result physical;
    private final @Nullable Runnable leftover;
    private final Passage passage;

    /**
     * Creates a façade.
     *
     * @param gate the gate of the scope
     * @param what the SQL text, for messages
     * @param physical the driver's result
     * @param drain how to drain the result of a statement that was already sent, or {@code null} if nothing was sent yet;
     *     run at most once
     */
    public GatedResult(StatementGate gate, String what, Result physical, @Nullable Runnable drain) {
        this.gate = gate;
        this.what = what;
        this.physical = physical;
        this.leftover = drain == null ? null : new Leftover(drain);
        this.passage = drain == null ? Passage.PARAMETERISED_RESULT : Passage.RESULT;
        if (leftover != null) {
            gate.remember(leftover);
        }
    }

    /**
     * Creates a façade of a filtered result, which is consumed in place of its origin.
     *
     * @param origin the façade of the result that was filtered
     * @param filtered the driver's filtered result
     */
    protected GatedResult(GatedResult origin, Result filtered) {
        this.gate = origin.gate;
        this.what = origin.what;
        this.physical = filtered;
        this.leftover = origin.leftover;
        this.passage = origin.passage;
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        return gate.mono(what, consuming(physical.getRowsUpdated()), passage);
    }

    @Override
    public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mappingFunction) {
        return gate.flux(what, consuming(read(physical, confine(mappingFunction))), passage);
    }

    @Override
    public <T> Flux<T> map(Function<? super Readable, ? extends T> mappingFunction) {
        BiFunction<Row, RowMetadata, ? extends T> rows = confine((row, metadata) -> mappingFunction.apply(row));
        Function<Readable, T> readables = readable ->
                readable instanceof Row row ? rows.apply(row, row.getMetadata()) : mappingFunction.apply(readable);
        return gate.flux(what, consuming(readAny(physical, readables)), passage);
    }

    @Override
    public Result filter(Predicate<Segment> predicate) {
        return derive(physical.filter(confine((Segment segment) -> predicate.test(noticed(segment)))));
    }

    @Override
    public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mappingFunction) {
        return gate.flux(
                what,
                consuming(readSegments(physical, confineSegments(segment -> mappingFunction.apply(noticed(segment))))),
                passage);
    }

    /** An error that comes as an element has failed the statement as much as one that comes as a signal. */
    private Segment noticed(Segment segment) {
        if (segment instanceof Message) {
            gate.conduct().failed();
        }
        return segment;
    }

    /**
     * Wraps a filtered result of the same statement; a dialect returns its own subclass.
     *
     * @param filtered the driver's filtered result
     * @return the façade
     */
    protected GatedResult derive(Result filtered) {
        return new GatedResult(this, filtered);
    }

    /**
     * Keeps what a mapping function sees of a row behind the façade; a dialect whose rows can reach the connection wraps
     * them.
     *
     * @param mapping the function of the application
     * @param <T> the type it maps to
     * @return a function that the driver may call
     */
    protected <T> BiFunction<Row, RowMetadata, ? extends T> confine(BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return mapping;
    }

    /**
     * The same as {@link #confine(BiFunction)} for a filter.
     *
     * @param predicate the predicate of the application
     * @return a predicate that the driver may call
     */
    protected Predicate<Segment> confine(Predicate<Segment> predicate) {
        return predicate;
    }

    /**
     * The same as {@link #confine(BiFunction)} for segments.
     *
     * @param mapping the function of the application
     * @param <T> the type it maps to
     * @return a function that the driver may call
     */
    protected <T> Function<Segment, ? extends Publisher<? extends T>> confineSegments(
            Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return mapping;
    }

    /**
     * Reads the rows of the driver's result; a dialect whose driver needs help with it overrides this.
     *
     * @param result the driver's result
     * @param mapping maps each row
     * @param <T> the type it maps to
     * @return the mapped rows
     */
    protected <T> Publisher<T> read(Result result, BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return result.map(mapping);
    }

    /**
     * The same as {@link #read} for rows and out parameters.
     *
     * @param result the driver's result
     * @param mapping maps each of them
     * @param <T> the type it maps to
     * @return what they were mapped to
     */
    protected <T> Publisher<T> readAny(Result result, Function<Readable, T> mapping) {
        return result.map(mapping);
    }

    /**
     * The same as {@link #read} for segments.
     *
     * @param result the driver's result
     * @param mapping maps each of them
     * @param <T> the type it maps to
     * @return what they were mapped to
     */
    protected <T> Publisher<T> readSegments(
            Result result, Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return result.flatMap(mapping);
    }

    private <T> Publisher<T> consuming(Publisher<T> source) {
        if (leftover == null) {
            return source;
        }
        return subscriber -> {
            gate.forget(leftover);
            source.subscribe(subscriber);
        };
    }

    private static final class Leftover extends AtomicBoolean implements Runnable {

        private static final long serialVersionUID = 1L;

        private final transient Runnable drain;

        Leftover(Runnable drain) {
            this.drain = drain;
        }

        @Override
        public void run() {
            if (compareAndSet(false, true)) {
                drain.run();
            }
        }
    }
}
