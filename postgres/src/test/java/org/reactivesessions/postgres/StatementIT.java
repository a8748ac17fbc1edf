package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.R2dbcException;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.Session;
import org.reactivesessions.error.TooManyRowsException;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code Session.sql} promises, on a real server. */
@ExtendWith(PostgresExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class StatementIT {

    private final ServerFixture fixture;

    StatementIT(TestDatabase database) {
        fixture = ServerFixture.on(database);
    }

    @BeforeAll
    void createTable() {
        fixture.run(
                "CREATE TABLE item (id int PRIMARY KEY, name text, tags text[], price numeric, token uuid, doc jsonb,"
                        + " at timestamptz)");
    }

    @BeforeEach
    void empty() {
        fixture.run("TRUNCATE item");
    }

    @AfterAll
    void leaveNothingBehind() {
        fixture.close();
    }

    private <T> StepVerifier.FirstStep<T> verify(Function<Session, Mono<T>> work) {
        return fixture.sessions().<T>withTransaction(work).as(StepVerifier::create);
    }

    @Test
    void positionalArgumentsMustBindInOrder() {
        verify(session -> session.sql("INSERT INTO item (id, name, tags) VALUES ($1, $2, $3)", 1, "one", new String[] {
                            "a", "b"
                        })
                        .rowsUpdated()
                        .then(session.sql("SELECT name || tags[2] FROM item WHERE id = $1", 1)
                                .one(row -> row.get(0, String.class))))
                .expectNext("oneb")
                .verifyComplete();
    }

    @ParameterizedTest
    @ValueSource(strings = {"id", "name", "tags", "price", "token", "doc", "at"})
    void nullMustBindToAColumnOfAnyType(String column) {
        fixture.run("INSERT INTO item VALUES (0, 'x', '{x}', 1, gen_random_uuid(), '{}', now())");

        if (column.equals("id")) {
            verify(session ->
                            session.sql("SELECT $1::int IS NULL", (Object) null).one(row -> row.get(0, Boolean.class)))
                    .expectNext(true)
                    .verifyComplete();
        } else {
            verify(session -> session.sql("UPDATE item SET " + column + " = $1", (Object) null)
                            .rowsUpdated())
                    .expectNext(1L)
                    .verifyComplete();
            assertThat(fixture.number("SELECT count(*) FROM item WHERE " + column + " IS NULL"))
                    .isEqualTo(1);
        }
    }

    @Test
    void aNullArrayOfArgumentsMustMeanOneNull() {
        verify(session ->
                        session.sql("SELECT $1::text IS NULL", (Object[]) null).one(row -> row.get(0, Boolean.class)))
                .expectNext(true)
                .verifyComplete();
    }

    @Test
    void bindMustTakeIndexesFromZeroAndMarkersByName() {
        verify(session -> session.sql("SELECT $1 || $2")
                        .bind(0, "a")
                        .bind("$2", "b")
                        .one(row -> row.get(0, String.class)))
                .expectNext("ab")
                .verifyComplete();
    }

    @Test
    void typesTheDriverKnowsMustSurviveARoundTrip() {
        UUID token = UUID.randomUUID();
        OffsetDateTime at = OffsetDateTime.of(2026, 1, 2, 3, 4, 5, 678_000, ZoneOffset.UTC);
        verify(session -> session.sql("INSERT INTO item (id, token, at) VALUES ($1, $2, $3)", 1, token, at)
                        .rowsUpdated()
                        .then(session.sql("SELECT token, at FROM item")
                                .one(row -> row.get(0, UUID.class) + " "
                                        + row.get(1, OffsetDateTime.class).toInstant())))
                .expectNext(token + " " + at.toInstant())
                .verifyComplete();
    }

    @Test
    void addMustRunOneExchangePerSetAndSumTheCounts() {
        verify(session -> session.sql("INSERT INTO item (id, name) VALUES ($1, $2)", 1, "a")
                        .add()
                        .bind(0, 2)
                        .bind(1, null)
                        .add()
                        .bind(0, 3)
                        .bind(1, "c")
                        .add()
                        .rowsUpdated())
                .expectNext(3L)
                .verifyComplete();
        assertThat(fixture.number("SELECT count(*) FROM item WHERE name IS NULL"))
                .isEqualTo(1);
    }

    @Test
    void insertReturningMustComeThroughOne() {
        verify(session -> session.sql("INSERT INTO item (id) VALUES ($1) RETURNING id * 10", 7)
                        .one(row -> row.get(0, Integer.class)))
                .expectNext(70)
                .verifyComplete();
    }

    @Test
    void oneMustBeEmptyForNoRowAndAnErrorForTwo() {
        verify(session -> session.sql("SELECT 1 WHERE false").one(row -> row.get(0, Integer.class)))
                .verifyComplete();
        verify(session -> session.sql("SELECT generate_series(1, 2000)").one(row -> row.get(0, Integer.class)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TooManyRowsException.class)
                        .hasMessageContaining("2000 came"));
    }

    @Test
    void firstMustReadByACursorAndLeaveTheTransactionUsable() {
        Rule rows = fixture.proxy().watch(FrameMatch.fromServer('D').answering("generate_series"));

        verify(session -> session.sql("SELECT generate_series(1, 3000000)")
                        .first(row -> row.get(0, Integer.class))
                        .flatMap(first -> session.sql("INSERT INTO item (id) VALUES ($1)", first)
                                .rowsUpdated()
                                .thenReturn(first)))
                .expectNext(1)
                .verifyComplete();

        assertThat(rows.hits()).isLessThan(10);
        rows.remove();
        assertThat(fixture.number("SELECT count(*) FROM item")).isEqualTo(1);
    }

    @Test
    void fetchSizeMustReadInPortions() {
        Rule portions = fixture.proxy().watch(FrameMatch.fromServer('s').answering("generate_series"));

        fixture.sessions()
                .withTransactionMany(session -> session.sql("SELECT generate_series(1, 1000)")
                        .fetchSize(100)
                        .all(row -> row.get(0, Integer.class)))
                .as(StepVerifier::create)
                .expectNextCount(1000)
                .verifyComplete();

        assertThat(portions.hits()).isBetween(9, 10);
        portions.remove();
    }

    @Test
    void aStatementMustBeColdAndSubscribableAgain() {
        verify(session -> {
                    Mono<Long> insert = session.sql("INSERT INTO item (id) SELECT coalesce(max(id), 0) + 1 FROM item")
                            .rowsUpdated();
                    return insert.then(insert).then(insert);
                })
                .expectNext(1L)
                .verifyComplete();
        assertThat(fixture.number("SELECT count(*) FROM item")).isEqualTo(3);
    }

    @Test
    void executeMustRunStatementsWithAndWithoutParametersOnce() {
        verify(session -> session.sql("INSERT INTO item (id) VALUES (1)")
                        .execute()
                        .then(session.sql("INSERT INTO item (id) VALUES ($1)", 2)
                                .execute()))
                .verifyComplete();
        assertThat(fixture.number("SELECT count(*) FROM item")).isEqualTo(2);
    }

    @Test
    void rowsUpdatedMustBeZeroForAStatementThatCountsNone() {
        verify(session -> session.sql("CREATE TEMPORARY TABLE gone () ON COMMIT DROP")
                        .rowsUpdated())
                .expectNext(0L)
                .verifyComplete();
    }

    @Test
    void aWrongIndexMustBeAnErrorOfTheResult() {
        verify(session -> session.sql("SELECT $1::int", 1, 2).one(row -> row.get(0, Integer.class)))
                .verifyError(IllegalArgumentException.class);
    }

    @Test
    void aMissingTableMustComeWithItsSqlState() {
        verify(session -> session.sql("SELECT * FROM nowhere").execute())
                .verifyErrorSatisfies(error ->
                        assertThat(((R2dbcException) error).getSqlState()).isEqualTo("42P01"));
    }

    /** flatMap keeps a cancel back while it delivers, and the function completes in the middle of that. */
    @Test
    void aFirstElementBehindFlatMapMayBeTheEndOfTheFunction() {
        fixture.sessions()
                .withTransaction(session -> Flux.from(
                                session.connection().createStatement("SELECT 1").execute())
                        .flatMap(result -> result.map(row -> Objects.requireNonNull(row.get(0, Integer.class))))
                        .next())
                .as(StepVerifier::create)
                .expectNext(1)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
    }
}
