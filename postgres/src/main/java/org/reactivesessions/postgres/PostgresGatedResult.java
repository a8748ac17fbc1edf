package org.reactivesessions.postgres;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlRow;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivesessions.wire.GatedResult;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

/**
 * The façade of a result with the driver's own interface. Its rows hand out no cursor, because the driver's would talk to
 * the connection past the gate. As thread-safe as the driver's result.
 */
final class PostgresGatedResult extends GatedResult implements PostgresqlResult {

    private final boolean sent;

    /**
     * @param sent whether the statement was sent already, so that the result has to be drained if nobody consumes it
     */
    PostgresGatedResult(StatementGate gate, String what, PostgresqlResult physical, boolean sent) {
        super(gate, what, physical, sent ? () -> Unconsumed.drain(physical) : null);
        this.sent = sent;
    }

    private PostgresGatedResult(PostgresGatedResult origin, PostgresqlResult filtered) {
        super(origin, filtered);
        this.sent = origin.sent;
    }

    @Override
    public PostgresqlResult filter(Predicate<Segment> predicate) {
        return (PostgresqlResult) super.filter(predicate);
    }

    @Override
    protected PostgresGatedResult derive(Result filtered) {
        return new PostgresGatedResult(this, (PostgresqlResult) filtered);
    }

    @Override
    protected <T> BiFunction<Row, RowMetadata, ? extends T> confine(BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return (row, metadata) -> mapping.apply(ConfinedRow.of((PostgresqlRow) row), metadata);
    }

    @Override
    protected Predicate<Segment> confine(Predicate<Segment> predicate) {
        return segment -> predicate.test(ConfinedRow.of(segment));
    }

    @Override
    protected <T> Function<Segment, ? extends Publisher<? extends T>> confineSegments(
            Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return segment -> mapping.apply(ConfinedRow.of(segment));
    }

    @Override
    protected <T> Publisher<T> read(Result result, BiFunction<Row, RowMetadata, ? extends T> mapping) {
        return sent
                ? ReadToEnd.of(
                        reader -> result.map((row, metadata) -> reader.mapped(() -> mapping.apply(row, metadata))))
                : super.read(result, mapping);
    }

    @Override
    protected <T> Publisher<T> readAny(Result result, Function<Readable, T> mapping) {
        return sent
                ? ReadToEnd.of(reader -> result.map(row -> reader.mapped(() -> mapping.apply(row))))
                : super.readAny(result, mapping);
    }

    @Override
    protected <T> Publisher<T> readSegments(
            Result result, Function<Segment, ? extends Publisher<? extends T>> mapping) {
        return sent
                ? ReadToEnd.of(reader -> result.flatMap(segment -> reader.whileWanted(
                        reader.<Publisher<? extends T>>attempt(() -> mapping.apply(segment), Mono.empty()))))
                : super.readSegments(result, mapping);
    }
}
