package org.reactivesessions.spring;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.SqlStatement;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.TooManyRowsException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A statement on a connection of somebody else, made anew for every subscription. Binding is not thread-safe. */
final class ForeignStatement implements SqlStatement {

    private final Connection connection;
    private final Dialect dialect;
    private final String session;
    private final String sql;
    private final List<List<Consumer<Statement>>> sets = new ArrayList<>(1);
    private int fetchSize;

    /** @param session the name of the scope, for messages */
    ForeignStatement(Connection connection, Dialect dialect, String session, String sql) {
        this.connection = connection;
        this.dialect = dialect;
        this.session = session;
        this.sql = sql;
    }

    @Override
    public SqlStatement bind(int index, @Nullable Object value) {
        Object bound = orNull(value);
        current().add(statement -> statement.bind(index, bound));
        return this;
    }

    @Override
    public SqlStatement bind(String name, @Nullable Object value) {
        Objects.requireNonNull(name, "name must not be null");
        Object bound = orNull(value);
        current().add(statement -> statement.bind(name, bound));
        return this;
    }

    private Object orNull(@Nullable Object value) {
        return value == null ? dialect.nullParameter() : value;
    }

    private List<Consumer<Statement>> current() {
        if (sets.isEmpty()) {
            sets.add(new ArrayList<>(4));
        }
        return sets.get(sets.size() - 1);
    }

    @Override
    public SqlStatement add() {
        sets.add(new ArrayList<>(current().size()));
        return this;
    }

    @Override
    public SqlStatement fetchSize(int rows) {
        if (rows < 0) {
            throw new IllegalArgumentException("fetchSize must be >= 0, but was " + rows);
        }
        fetchSize = rows;
        return this;
    }

    @Override
    public SqlStatement cursor(int rows) {
        throw new UnsupportedOperationException(
                session + ": cursor(n) needs a transaction that the sessions have begun;"
                        + " use fetchSize(n), or begin it with the sessions");
    }

    @Override
    public <T> Mono<T> one(Function<? super Readable, ? extends T> mapper) {
        return this.<T>all(mapper).collectList().flatMap(rows -> {
            if (rows.size() > 1) {
                return Mono.error(new TooManyRowsException(session, sql, rows.size()));
            }
            return Mono.justOrEmpty(rows.isEmpty() ? null : rows.get(0));
        });
    }

    @Override
    public <T> Mono<T> first(Function<? super Readable, ? extends T> mapper) {
        return this.<T>rows(mapper, fetchSize == 0 ? 1 : fetchSize).next();
    }

    @Override
    public <T> Flux<T> all(Function<? super Readable, ? extends T> mapper) {
        return rows(mapper, fetchSize);
    }

    private <T> Flux<T> rows(Function<? super Readable, ? extends T> mapper, int portion) {
        Objects.requireNonNull(mapper, "mapper must not be null");
        return results(portion).concatMap(result -> result.map(mapper::apply));
    }

    @Override
    public Mono<Long> rowsUpdated() {
        return results(fetchSize).concatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
    }

    @Override
    public Mono<Void> execute() {
        return rowsUpdated().then();
    }

    private Flux<? extends Result> results(int portion) {
        List<List<Consumer<Statement>>> values = snapshot();
        return Flux.defer(() -> {
            Statement statement = connection.createStatement(sql);
            if (portion > 0) {
                statement.fetchSize(portion);
            }
            for (int set = 0; set < values.size(); set++) {
                if (set > 0) {
                    statement.add();
                }
                values.get(set).forEach(binding -> binding.accept(statement));
            }
            return statement.execute();
        });
    }

    private List<List<Consumer<Statement>>> snapshot() {
        List<List<Consumer<Statement>>> values = new ArrayList<>(sets.size());
        sets.forEach(set -> values.add(List.copyOf(set)));
        if (values.size() > 1 && values.get(values.size() - 1).isEmpty()) {
            values.remove(values.size() - 1);
        }
        return values;
    }
}
