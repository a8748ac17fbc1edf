package org.reactivesessions.quickstart;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import io.r2dbc.spi.TransactionDefinition;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementCall;
import org.reactivesessions.wire.StatementGate;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;

/**
 * The planted mistake: in transactions of one name, the first statement passes as always, but the second goes past the
 * gate, and its subscribe arrives from another thread just behind ROLLBACK. That is the race a cancel can lose without a
 * gate, forced to be lost every time. Thread-safe.
 */
final class UngatedDialect implements Dialect {

    private final PostgresDialect right = new PostgresDialect();
    private final String victim;
    private final Map<Connection, Sinks.Empty<Void>> rollbackEnqueued = new ConcurrentHashMap<>();
    private final AtomicInteger strays = new AtomicInteger();

    UngatedDialect(String victim) {
        this.victim = victim;
    }

    /** How many statements were sent behind a ROLLBACK. */
    int strays() {
        return strays.get();
    }

    @Override
    public GatedConnection wrap(Connection physical, StatementGate gate, TransactionDefinition definition) {
        if (!victim.equals(definition.getAttribute(TransactionDefinition.NAME))) {
            return right.wrap(physical, gate, definition);
        }
        rollbackEnqueued.put(physical, Sinks.empty());
        return new UngatedConnection(physical, gate, definition);
    }

    @Override
    public Publisher<Void> rollback(Connection physical) {
        Publisher<Void> rollback = right.rollback(physical);
        return subscriber -> {
            rollback.subscribe(subscriber);
            Sinks.Empty<Void> parked = rollbackEnqueued.remove(physical);
            if (parked != null) {
                parked.tryEmitEmpty();
            }
        };
    }

    /** A façade whose second statement is the driver's own. */
    private final class UngatedConnection extends GatedConnection {

        private final Connection physical;
        private boolean first = true;

        UngatedConnection(Connection physical, StatementGate gate, TransactionDefinition definition) {
            super(physical, gate, definition);
            this.physical = physical;
        }

        @Override
        protected <T> Flux<T> consume(StatementCall call, Function<Result, Publisher<T>> consumption) {
            if (first) {
                first = false;
                return super.consume(call, consumption);
            }
            Statement statement = physical.createStatement(call.sql());
            call.preparation().accept(statement);
            return park(statement.execute());
        }

        private <T> Flux<T> park(Publisher<? extends Result> results) {
            Sinks.Empty<Void> rollback = rollbackEnqueued.getOrDefault(physical, Sinks.empty());
            Flux<Long> behindRollback = rollback.asMono()
                    .publishOn(Schedulers.single())
                    .doOnSuccess(enqueued -> strays.incrementAndGet())
                    .thenMany(Flux.from(results).concatMap(Result::getRowsUpdated));
            return Flux.<T>never().doOnSubscribe(subscribed -> behindRollback.subscribe());
        }
    }

    @Override
    public Publisher<Void> begin(Connection physical, TransactionDefinition definition) {
        return right.begin(physical, definition);
    }

    @Override
    public Publisher<Void> commit(Connection physical) {
        return right.commit(physical);
    }

    @Override
    public boolean inTransaction(Connection physical) {
        return right.inTransaction(physical);
    }

    @Override
    public boolean isServerError(Throwable error) {
        return right.isServerError(error);
    }

    @Override
    public CommitAnswer commitAnswer(Throwable error) {
        return right.commitAnswer(error);
    }

    @Override
    public Object nullParameter() {
        return right.nullParameter();
    }
}
