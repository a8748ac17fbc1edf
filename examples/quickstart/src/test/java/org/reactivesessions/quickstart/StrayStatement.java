package org.reactivesessions.quickstart;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.function.UnaryOperator;
import org.reactivestreams.Publisher;

/** A statement of the driver whose results are handed to somebody else first. Not thread-safe. */
final class StrayStatement implements Statement {

    private final Statement physical;
    private final UnaryOperator<Publisher<? extends Result>> parking;

    StrayStatement(Statement physical, UnaryOperator<Publisher<? extends Result>> parking) {
        this.physical = physical;
        this.parking = parking;
    }

    @Override
    public Publisher<? extends Result> execute() {
        return parking.apply(physical.execute());
    }

    @Override
    public Statement add() {
        physical.add();
        return this;
    }

    @Override
    public Statement bind(int index, Object value) {
        physical.bind(index, value);
        return this;
    }

    @Override
    public Statement bind(String name, Object value) {
        physical.bind(name, value);
        return this;
    }

    @Override
    public Statement bindNull(int index, Class<?> type) {
        physical.bindNull(index, type);
        return this;
    }

    @Override
    public Statement bindNull(String name, Class<?> type) {
        physical.bindNull(name, type);
        return this;
    }
}
