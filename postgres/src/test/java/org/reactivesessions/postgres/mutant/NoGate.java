package org.reactivesessions.postgres.mutant;

import io.r2dbc.spi.Batch;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import java.util.function.Function;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementCall;
import org.reactivesessions.wire.StatementGate;
import org.reactivesessions.wire.WireExecutor;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * The mutant without a gate: the function's statements go straight to the driver, on whichever thread the function uses. A
 * statement that is being subscribed while ROLLBACK is sent lands behind it, in autocommit or in the next borrower's
 * transaction. Thread-safe.
 */
public final class NoGate extends DelegatingDialect {

    public NoGate(Dialect delegate) {
        super(delegate);
    }

    @Override
    public GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition) {
        StatementGate neverClosed = new StatementGate(WireExecutor.of(physical), crash -> {});
        return new GatedConnection(physical, neverClosed, definition) {

            @Override
            public Statement createStatement(String sql) {
                return physical.createStatement(sql);
            }

            @Override
            protected <T> Flux<T> consume(StatementCall call, Function<Result, Publisher<T>> consumption) {
                return Flux.defer(() -> {
                    Statement statement = physical.createStatement(call.sql());
                    call.preparation().accept(statement);
                    return Flux.from(statement.execute()).concatMap(consumption);
                });
            }

            @Override
            public Batch createBatch() {
                return physical.createBatch();
            }
        };
    }
}
