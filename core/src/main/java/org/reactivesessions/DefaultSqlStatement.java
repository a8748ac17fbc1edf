package org.reactivesessions;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.dialect.CursorTexts;
import org.reactivesessions.dialect.Dialect;
import org.reactivesessions.error.TooManyRowsException;
import org.reactivesessions.wire.BindStreams;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementCall;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** A statement that is made anew for every subscription, from the values bound when its result was made. */
final class DefaultSqlStatement implements SqlStatement {

    /** Names of cursors; one per stream, as two may be open on one connection. */
    private static final AtomicLong CURSORS = new AtomicLong();

    /** One value and where it belongs: by name, or by index when there is no name. */
    private record Binding(@Nullable String name, int index, Object value) {

        void applyTo(Statement statement) {
            try {
                if (name == null) {
                    statement.bind(index, value);
                } else {
                    statement.bind(name, value);
                }
            } catch (RuntimeException refused) {
                throw new IllegalArgumentException(
                        "bind(" + (name == null ? index : "\"" + name + "\"") + ", a value of "
                                + value.getClass().getName() + ") does not fit: " + refused.getMessage(),
                        refused);
            }
        }

        Mono<Binding> collected() {
            Mono<Object> whole = BindStreams.collect(value);
            return whole == null ? Mono.just(this) : whole.map(plain -> new Binding(name, index, plain));
        }
    }

    private final GatedConnection connection;
    private final Dialect dialect;
    private final String session;
    private final String sql;
    private final List<List<Binding>> sets = new ArrayList<>(1);
    private boolean hasStreams;
    private int fetchSize;
    private @Nullable Portions cursor;

    /** How a cursor is read. */
    private record Portions(CursorTexts texts, int rows) {}

    /** @param session the name of the scope, for messages */
    DefaultSqlStatement(GatedConnection connection, Dialect dialect, String session, String sql) {
        this.connection = connection;
        this.dialect = dialect;
        this.session = session;
        this.sql = sql;
    }

    @Override
    public SqlStatement bind(int index, @Nullable Object value) {
        return bind(new Binding(null, index, orNull(value)));
    }

    @Override
    public SqlStatement bind(String name, @Nullable Object value) {
        return bind(new Binding(Objects.requireNonNull(name, "name must not be null"), 0, orNull(value)));
    }

    private SqlStatement bind(Binding binding) {
        current().add(binding);
        hasStreams |= BindStreams.isStream(binding.value());
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
    public SqlStatement cursor(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("cursor must have portions of >= 1 rows, but was " + rows);
        }
        if (!connection.isTransactional()) {
            throw new IllegalStateException(
                    "cursor(n) needs a transaction, but this session has none; use withTransaction.");
        }
        CursorTexts texts = dialect.cursors();
        if (texts == null) {
            throw new UnsupportedOperationException("cursor(n) needs a database with cursors in SQL; use fetchSize(n)");
        }
        cursor = new Portions(texts, rows);
        return this;
    }

    @Override
    public <T> Mono<T> one(Function<? super Readable, ? extends T> mapper) {
        return rows(mapper, fetchSize).collect(OnlyRow<T>::new, OnlyRow::add).handle((row, sink) -> {
            if (row.count > 1) {
                sink.error(new TooManyRowsException(session, sql, row.count));
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
        return counts().reduce(0L, Long::sum);
    }

    @Override
    public Mono<Void> execute() {
        return counts().then();
    }

    private <T> Flux<T> rows(Function<? super Readable, ? extends T> mapper, int portion) {
        Objects.requireNonNull(mapper, "mapper must not be null");
        if (cursor != null) {
            return portions(cursor, mapper);
        }
        return run(sql, portion, call -> connection.rows(call, mapper));
    }

    private Flux<Long> counts() {
        if (cursor != null) {
            throw new IllegalStateException("cursor(n) is for rows; leave it out to run: " + sql);
        }
        return run(sql, fetchSize, connection::rowsUpdated);
    }

    private <T> Flux<T> portions(Portions from, Function<? super Readable, ? extends T> mapper) {
        if (sets.size() > 1) {
            throw new IllegalStateException("cursor(n) takes one set of values, but there are " + sets.size());
        }
        return Flux.defer(() -> {
            String name = "c" + CURSORS.incrementAndGet();
            Mono<List<T>> next = connection
                    .<T>rowsInTurn(unbound(from.texts().fetch(name, from.rows())), mapper)
                    .collectList();
            return run(from.texts().declare(name, sql), 0, connection::rowsUpdated)
                    .thenMany(next.repeat().takeUntil(portion -> portion.size() < from.rows()))
                    .concatMapIterable(Function.identity(), 1)
                    .concatWith(connection
                            .<T>rowsInTurn(unbound(from.texts().close(name)), mapper) // it has no rows
                            .then(Mono.empty()));
        });
    }

    private static StatementCall unbound(String text) {
        return new StatementCall(text, false, statement -> {});
    }

    private <T> Flux<T> run(String text, int portion, Function<StatementCall, Flux<T>> runner) {
        List<List<Binding>> values = snapshot();
        return hasStreams
                ? collected(values).flatMapMany(plain -> runner.apply(call(text, portion, plain)))
                : runner.apply(call(text, portion, values));
    }

    private static StatementCall call(String text, int portion, List<List<Binding>> values) {
        return new StatementCall(text, !values.isEmpty(), statement -> prepare(statement, portion, values));
    }

    private static void prepare(Statement statement, int portion, List<List<Binding>> values) {
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
    }

    private static Mono<List<List<Binding>>> collected(List<List<Binding>> values) {
        return Flux.fromIterable(values)
                .concatMap(set ->
                        Flux.fromIterable(set).concatMap(Binding::collected).collectList())
                .collectList();
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
