package org.reactivesessions.scripted;

import io.r2dbc.spi.OutParameters;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** The result of an exchange; a supplier that sends makes it one of a statement that is sent when it is consumed. */
final class ScriptedResult implements Result {

    private final Supplier<Exchange> exchange;
    private final Predicate<Segment> filter;

    ScriptedResult(Supplier<Exchange> exchange, Predicate<Segment> filter) {
        this.exchange = exchange;
        this.filter = filter;
    }

    private Flux<Segment> segments() {
        return Flux.defer(() -> exchange.get().answer())
                .map(ScriptedResult::segment)
                .filter(filter);
    }

    private static Segment segment(Object element) {
        if (element instanceof Row row) {
            return (RowSegment) () -> row;
        }
        if (element instanceof OutParameters out) {
            return (OutSegment) () -> out;
        }
        return (UpdateCount) () -> (Long) element;
    }

    @Override
    public Mono<Long> getRowsUpdated() {
        return segments().ofType(UpdateCount.class).map(UpdateCount::value).reduce(Long::sum);
    }

    @Override
    public <T> Flux<T> map(BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return segments()
                .ofType(RowSegment.class)
                .map(RowSegment::row)
                .map(row -> mapping.apply(row, row.getMetadata()));
    }

    @Override
    public <T> Flux<T> map(Function<? super Readable, ? extends T> mapping) {
        return segments().handle((segment, sink) -> {
            if (segment instanceof RowSegment row) {
                sink.next(mapping.apply(row.row()));
            } else if (segment instanceof OutSegment out) {
                sink.next(mapping.apply(out.outParameters()));
            }
        });
    }

    @Override
    public Result filter(Predicate<Segment> predicate) {
        return new ScriptedResult(exchange, filter.and(predicate));
    }

    @Override
    public <T> Flux<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return segments().concatMap(mapping);
    }
}
