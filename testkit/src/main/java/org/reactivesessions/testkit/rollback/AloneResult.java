package org.reactivesessions.testkit.rollback;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivestreams.Publisher;

/** A result whose end is noticed. Thread-safe as far as the driver's is. */
final class AloneResult implements Result {

    private final Result result;
    private final Alone.Part part;

    AloneResult(Result result, Alone.Part part) {
        this.result = result;
        this.part = part;
    }

    @Override
    public Publisher<Long> getRowsUpdated() {
        return part.watch(result.getRowsUpdated());
    }

    @Override
    public <T> Publisher<T> map(BiFunction<Row, RowMetadata, ? extends T> mapper) {
        return part.watch(result.map(mapper));
    }

    @Override
    public <T> Publisher<T> map(Function<? super Readable, ? extends T> mapper) {
        return part.watch(result.map(mapper));
    }

    @Override
    public Result filter(Predicate<Segment> filter) {
        return new AloneResult(result.filter(filter), part);
    }

    @Override
    public <T> Publisher<T> flatMap(Function<Segment, ? extends Publisher<? extends T>> mapper) {
        return part.watch(result.flatMap(mapper));
    }
}
