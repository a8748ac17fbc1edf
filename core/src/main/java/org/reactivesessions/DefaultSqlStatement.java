package org.reactivesessions;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.TooManyRowsException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A statement that is made anew for every subscription, from the values bound when its result was made. */
final class DefaultSqlStatement implements SqlStatement {

    /** One value and where it belongs: by name, or by index when there is no name. */
    private record Binding(@Nullable String name, int index, Object value) {

        void applyTo(Statement statement) {
            if (name == null) {
                statement.bind(index, value);
            } else {
                statement.bind(name, value);
            }
        }
    }

    private final Connection connection;
    private final Dialect dialect;
    private final String sql;
    private final List<List<Binding>> sets = new ArrayList<>(1);
    private int fetchSize;

    DefaultSqlStatement(Connection connection, Dialect dialect, String sql) {
        this.connection = connection;
        this.dialect = dialect;
        this.sql = sql;
    }

    @Override
    public SqlStatement bind(int index, @Nullable Object value) {
        current().add(new Binding(null, index, orNull(value)));
        return this;
    }

    @Override
    public SqlStatement bind(String name, @Nullable Object value) {
        current().add(new Binding(Objects.requireNonNull(name, "name must not be null"), 0, orNull(value)));
        return this;
    }

    private Object orNull(@Nullable Object value) {
        return value == null ? dialect.nullParameter() : value;
    }

    private List<Binding> current() {
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
    public <T> Mono<T> one(Function<? super Readable, ? extends T> mapper) {
        return rows(mapper, fetchSize).collect(OnlyRow<T>::new, OnlyRow::add).handle((row, sink) -> {
            if (row.count > 1) {
                sink.error(new TooManyRowsException(sql, row.count));
            } else if (row.value != null) {
                sink.next(row.value);
            }
        });
    }

    @Override
    public <T> Mono<T> first(Function<? super Readable, ? extends T> mapper) {
        return this.<T>rows(mapper, fetchSize == 0 ? 1 : fetchSize).next();
    }

    @Override
    public <T> Flux<T> all(Function<? super Readable, ? extends T> mapper) {
        return this.<T>rows(mapper, fetchSize);
    }

    @Override
    public Mono<Long> rowsUpdated() {
        return results(fetchSize).concatMap(Result::getRowsUpdated).reduce(0L, Long::sum);
    }

    @Override
    public Mono<Void> execute() {
        return results(fetchSize).concatMap(Result::getRowsUpdated).then();
    }

    private <T> Flux<T> rows(Function<? super Readable, ? extends T> mapper, int portion) {
        Objects.requireNonNull(mapper, "mapper must not be null");
        return results(portion).concatMap(result -> result.<T>map(mapper));
    }

    private Flux<? extends Result> results(int portion) {
        List<List<Binding>> values = snapshot();
        return Flux.defer(() -> {
            Statement statement = connection.createStatement(sql);
            if (portion > 0) {
                statement.fetchSize(portion);
            }
            for (int set = 0; set < values.size(); set++) {
                if (set > 0) {
                    statement.add();
                }
                for (Binding binding : values.get(set)) {
                    binding.applyTo(statement);
                }
            }
            return statement.execute();
        });
    }

    private List<List<Binding>> snapshot() {
        List<List<Binding>> values = new ArrayList<>(sets.size());
        for (List<Binding> set : sets) {
            values.add(List.copyOf(set));
        }
        if (values.size() > 1 && values.get(values.size() - 1).isEmpty()) {
            values.remove(values.size() - 1);
        }
        return values;
    }

    /** Keeps the first row and counts them all. */
    private static final class OnlyRow<T> {

        private long count;
        private @Nullable T value;

        void add(T row) {
            if (count++ == 0) {
                value = row;
            }
        }
    }
}
