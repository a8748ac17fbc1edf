package org.reactivesessions.postgres;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Stream;
import org.reactivesessions.Session;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;

/**
 * What a function may send behind a BEGIN that is not answered: one row into {@code item}, or a read that sees the secrets of
 * all tenants unless BEGIN has set one.
 *
 * @param name what it does, and by which interface
 * @param work what the function does
 */
record Behind(String name, Function<Session, Flux<?>> work) {

    static final String TENANT = "app.tenant";

    private static final String INSERT = "INSERT INTO item (id) VALUES ";
    private static final String SECRET =
            "SELECT v FROM secret WHERE tenant = coalesce(nullif(current_setting('app.tenant', true), ''), tenant)";

    /** What every text here is about. */
    static final String SQL = "item|secret";

    static List<String> tables() {
        return List.of(
                "CREATE TABLE item (id int PRIMARY KEY)",
                "CREATE TABLE secret (tenant text, v text)",
                "INSERT INTO secret VALUES ('a', 'secret of a'), ('b', 'secret of b')");
    }

    static Stream<Behind> writes() {
        return Stream.of(
                new Behind(
                        "sql, write", s -> s.sql(INSERT + "(1)").rowsUpdated().flux()),
                new Behind(
                        "sql, write with parameters",
                        s -> s.sql(INSERT + "($1)", 1).rowsUpdated().flux()),
                new Behind(
                        "sql, write that returns rows",
                        s -> s.sql(INSERT + "($1) RETURNING id", 1).all(Behind::value)),
                new Behind(
                        "sql, write of two sets of values",
                        s -> s.sql(INSERT + "($1)", 1)
                                .add()
                                .bind(0, 2)
                                .rowsUpdated()
                                .flux()),
                new Behind(
                        "sql, write in a CTE",
                        s -> s.sql("WITH w AS (" + INSERT + "(1) RETURNING id) SELECT id FROM w")
                                .all(Behind::value)),
                new Behind(
                        "driver, write",
                        s -> updates(
                                s.connection().createStatement(INSERT + "(1)").execute())),
                new Behind(
                        "driver, write with parameters",
                        s -> updates(s.connection()
                                .createStatement(INSERT + "($1)")
                                .bind(0, 1)
                                .execute())),
                new Behind(
                        "driver, write that returns generated values",
                        s -> values(s.connection()
                                .createStatement(INSERT + "($1)")
                                .bind(0, 1)
                                .returnGeneratedValues("id")
                                .execute())),
                new Behind(
                        "driver, batch of one",
                        s -> updates(
                                s.connection().createBatch().add(INSERT + "(1)").execute())),
                new Behind(
                        "library, write",
                        s -> Flux.from(s.connectionFactory().create())
                                .flatMap(c -> updates(((Connection) c)
                                        .createStatement(INSERT + "($1)")
                                        .bind("$1", 1)
                                        .execute()))));
    }

    static Stream<Behind> reads() {
        return Stream.of(
                new Behind("sql, read", s -> s.sql(SECRET).all(Behind::value)),
                new Behind(
                        "sql, read with parameters",
                        s -> s.sql(SECRET + " AND v <> $1", "x").all(Behind::value)),
                new Behind(
                        "sql, first row",
                        s -> s.sql(SECRET).first(Behind::value).flux()),
                new Behind(
                        "sql, read in portions", s -> s.sql(SECRET).fetchSize(1).all(Behind::value)),
                new Behind(
                        "sql, how many rows", s -> s.sql(SECRET).rowsUpdated().flux()),
                new Behind(
                        "driver, read",
                        s -> values(s.connection().createStatement(SECRET).execute())),
                new Behind(
                        "driver, read with parameters",
                        s -> values(s.connection()
                                .createStatement(SECRET + " AND v <> $1")
                                .bind(0, "x")
                                .execute())),
                new Behind(
                        "driver, read in portions",
                        s -> values(s.connection()
                                .createStatement(SECRET)
                                .fetchSize(1)
                                .execute())),
                new Behind(
                        "driver, segments",
                        s -> Flux.from(s.connection().createStatement(SECRET).execute())
                                .flatMap(result -> result.flatMap(segment -> Flux.just(segment.getClass())))),
                new Behind(
                        "two at once",
                        s -> Flux.zip(
                                s.sql(SECRET).all(Behind::value),
                                s.sql(SECRET + " AND v <> $1", "x").all(Behind::value))));
    }

    private static Object value(Readable row) {
        return Objects.requireNonNull(row.get(0));
    }

    private static Flux<Long> updates(Publisher<? extends Result> results) {
        return Flux.from(results).flatMap(Result::getRowsUpdated);
    }

    private static Flux<Object> values(Publisher<? extends Result> results) {
        return Flux.from(results).flatMap(result -> result.map(row -> value(row)));
    }

    @Override
    public String toString() {
        return name;
    }
}
