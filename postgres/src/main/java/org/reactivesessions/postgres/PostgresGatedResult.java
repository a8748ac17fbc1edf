package org.reactivesessions.postgres;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlRow;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Row;
import io.r2dbc.spi.RowMetadata;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import org.reactivesessions.wire.GatedResult;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;

/**
 * The façade of a result with the driver's own interface. Its rows hand out no cursor, because the driver's would talk to
 * the connection past the gate. As thread-safe as the driver's result.
 */
final class PostgresGatedResult extends GatedResult implements PostgresqlResult {

    /**
     * @param sent whether the statement was sent already, so that the result has to be drained if nobody consumes it
     */
    PostgresGatedResult(StatementGate gate, String what, PostgresqlResult physical, boolean sent) {
        super(gate, what, physical, sent ? () -> Unconsumed.drain(physical) : null);
    }

    private PostgresGatedResult(PostgresGatedResult origin, PostgresqlResult filtered) {
        super(origin, filtered);
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
}
