package org.reactivesessions.scripted;

import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.ArrayList;
import java.util.List;
import reactor.core.publisher.Flux;

/**
 * A statement that behaves like r2dbc-postgresql's: without parameters it is sent when it is executed, with parameters when
 * its result is consumed. Not thread-safe.
 */
public final class ScriptedStatement implements Statement {

    private final ScriptedConnection connection;
    private final String sql;
    private final List<String> calls = new ArrayList<>();
    private final List<List<Object>> sets = new ArrayList<>();
    private List<Object> current = new ArrayList<>();

    ScriptedStatement(ScriptedConnection connection, String sql) {
        this.connection = connection;
        this.sql = sql;
    }

    /** Every call that prepared the statement, such as {@code bind(0, 7)}, in order. */
    public List<String> calls() {
        return calls;
    }

    @Override
    public ScriptedStatement add() {
        calls.add("add()");
        sets.add(current);
        current = new ArrayList<>();
        return this;
    }

    @Override
    public ScriptedStatement bind(int index, Object value) {
        if (index < 0) {
            throw new IndexOutOfBoundsException("index " + index);
        }
        return value("bind(" + index + ", " + value + ")", value);
    }

    @Override
    public ScriptedStatement bind(String name, Object value) {
        return value("bind(" + name + ", " + value + ")", value);
    }

    @Override
    public ScriptedStatement bindNull(int index, Class<?> type) {
        return value("bindNull(" + index + ", " + type.getSimpleName() + ")", "NULL");
    }

    @Override
    public ScriptedStatement bindNull(String name, Class<?> type) {
        return value("bindNull(" + name + ", " + type.getSimpleName() + ")", "NULL");
    }

    private ScriptedStatement value(String call, Object value) {
        calls.add(call);
        current.add(value);
        return this;
    }

    @Override
    public ScriptedStatement returnGeneratedValues(String... columns) {
        calls.add("returnGeneratedValues(" + String.join(", ", columns) + ")");
        return this;
    }

    @Override
    public ScriptedStatement fetchSize(int rows) {
        calls.add("fetchSize(" + rows + ")");
        return this;
    }

    @Override
    public Flux<Result> execute() {
        List<List<Object>> bound = new ArrayList<>(sets);
        if (!current.isEmpty()) {
            bound.add(List.copyOf(current));
        }
        if (bound.isEmpty()) {
            return Flux.defer(() -> {
                Exchange sent = connection.send(sql, sql);
                return Flux.just(new ScriptedResult(() -> sent, segment -> true));
            });
        }
        return Flux.fromIterable(bound)
                .map(values -> new ScriptedResult(() -> connection.send(sql, sql + " " + values), segment -> true));
    }
}
