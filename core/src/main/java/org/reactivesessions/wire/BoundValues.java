package org.reactivesessions.wire;

import io.r2dbc.spi.Parameter;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;

/**
 * A statement of the driver that tells which values were bound to it, when it is executed. Only for whoever has asked for that.
 * As thread-safe as the driver's.
 */
final class BoundValues implements Statement {

    private static final int LONGEST = 100;
    private static final Pattern SECRET = Pattern.compile("passw|secret|token|credential", Pattern.CASE_INSENSITIVE);

    private final Statement physical;
    private final boolean hidden;
    private final Consumer<String> hearer;
    private final StringBuilder values = new StringBuilder();

    BoundValues(Statement physical, String sql, Consumer<String> hearer) {
        this.physical = physical;
        this.hidden = SECRET.matcher(sql).find();
        this.hearer = hearer;
    }

    private BoundValues bound(Object where, @Nullable Object value) {
        values.append(values.isEmpty() || values.charAt(values.length() - 1) == '(' ? "" : ", ")
                .append(where instanceof Integer index ? "$" + (index + 1) : where)
                .append(" = ")
                .append(hidden ? "not shown" : shown(value));
        return this;
    }

    private static String shown(@Nullable Object value) {
        Object plain = value instanceof Parameter parameter ? parameter.getValue() : value;
        String text = String.valueOf(plain);
        return text.length() <= LONGEST ? text : text.substring(0, LONGEST) + "…";
    }

    @Override
    public BoundValues add() {
        physical.add();
        values.append("; ");
        return this;
    }

    @Override
    public BoundValues bind(int index, Object value) {
        physical.bind(index, value);
        return bound(index, value);
    }

    @Override
    public BoundValues bind(String name, Object value) {
        physical.bind(name, value);
        return bound(name, value);
    }

    @Override
    public BoundValues bindNull(int index, Class<?> type) {
        physical.bindNull(index, type);
        return bound(index, null);
    }

    @Override
    public BoundValues bindNull(String name, Class<?> type) {
        physical.bindNull(name, type);
        return bound(name, null);
    }

    @Override
    public BoundValues fetchSize(int rows) {
        physical.fetchSize(rows);
        return this;
    }

    @Override
    public BoundValues returnGeneratedValues(String... columns) {
        physical.returnGeneratedValues(columns);
        return this;
    }

    @Override
    public Publisher<? extends Result> execute() {
        Publisher<? extends Result> results = physical.execute();
        if (values.isEmpty()) {
            return results;
        }
        String told = values.toString();
        return subscriber -> {
            hearer.accept(told);
            results.subscribe(subscriber);
        };
    }
}
