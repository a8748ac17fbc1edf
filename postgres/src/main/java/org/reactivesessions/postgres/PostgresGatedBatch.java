package org.reactivesessions.postgres;

import io.r2dbc.postgresql.api.PostgresqlBatch;
import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.spi.Result;
import org.reactivesessions.wire.GatedBatch;
import org.reactivesessions.wire.GatedResult;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** The façade of a batch with the driver's own interface. Not thread-safe. */
final class PostgresGatedBatch extends GatedBatch implements PostgresqlBatch {

    PostgresGatedBatch(StatementGate gate, PostgresqlBatch physical) {
        super(gate, physical);
    }

    @Override
    public PostgresGatedBatch add(String sql) {
        super.add(sql);
        return this;
    }

    @Override
    public Flux<PostgresqlResult> execute() {
        return results().cast(PostgresqlResult.class);
    }

    @Override
    protected Flux<? extends Result> observe(Publisher<? extends Result> results) {
        return Unconsumed.drainDiscarded(results);
    }

    @Override
    protected GatedResult wrap(StatementGate gate, String what, Result result) {
        return new PostgresGatedResult(gate, what, (PostgresqlResult) result, true);
    }
}
