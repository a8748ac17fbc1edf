package org.reactivesessions.postgres;

import io.r2dbc.postgresql.api.PostgresqlResult;
import io.r2dbc.postgresql.api.PostgresqlStatement;
import io.r2dbc.spi.Result;
import java.util.function.Supplier;
import org.reactivesessions.wire.GatedResult;
import org.reactivesessions.wire.GatedStatement;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/** The façade of a statement with the driver's own interface. Not thread-safe. */
final class PostgresGatedStatement extends GatedStatement implements PostgresqlStatement {

    PostgresGatedStatement(StatementGate gate, String sql, Supplier<PostgresqlStatement> physical) {
        super(gate, sql, physical);
    }

    @Override
    public PostgresGatedStatement add() {
        super.add();
        return this;
    }

    @Override
    public PostgresGatedStatement bind(String identifier, Object value) {
        super.bind(identifier, value);
        return this;
    }

    @Override
    public PostgresGatedStatement bind(int index, Object value) {
        super.bind(index, value);
        return this;
    }

    @Override
    public PostgresGatedStatement bindNull(String identifier, Class<?> type) {
        super.bindNull(identifier, type);
        return this;
    }

    @Override
    public PostgresGatedStatement bindNull(int index, Class<?> type) {
        super.bindNull(index, type);
        return this;
    }

    @Override
    public PostgresGatedStatement fetchSize(int rows) {
        super.fetchSize(rows);
        return this;
    }

    @Override
    public PostgresGatedStatement returnGeneratedValues(String... columns) {
        super.returnGeneratedValues(columns);
        return this;
    }

    @Override
    public Flux<PostgresqlResult> execute() {
        return results().cast(PostgresqlResult.class);
    }

    @Override
    protected Flux<? extends Result> observe(Publisher<? extends Result> results, boolean parameterised) {
        return parameterised ? Flux.from(results) : Unconsumed.drainDiscarded(results);
    }

    @Override
    protected GatedResult wrap(Result result, boolean parameterised) {
        return new PostgresGatedResult(gate(), sql(), (PostgresqlResult) result, !parameterised);
    }
}
