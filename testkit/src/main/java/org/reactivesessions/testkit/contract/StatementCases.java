package org.reactivesessions.testkit.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcDataIntegrityViolationException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivesessions.SqlStatement;
import org.reactivesessions.error.TooManyRowsException;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** What {@code Session.sql} promises: binding, reading, counting, running again, and errors in R2DBC's categories. */
interface StatementCases {

    @Test
    default void positionalArgumentsMustBindInOrder(Stage stage) {
        stage.verify(session -> session.sql("INSERT INTO account (id, owner, balance) VALUES ($1, $2, $3)", 1, "ann", 7)
                        .rowsUpdated()
                        .then(session.sql("SELECT owner, balance FROM account WHERE id = $1", 1)
                                .one(row -> row.get(0, String.class) + row.get("balance", Integer.class))))
                .expectNext("ann7")
                .verifyComplete();
    }

    @Test
    default void nullMustBindToColumnsOfEveryType(Stage stage) {
        stage.run("INSERT INTO account (id, owner, balance) VALUES (1, 'ann', 7)");

        for (String column : List.of("owner", "balance", "note", "photo")) {
            stage.verify(session -> session.sql("UPDATE account SET " + column + " = $1", (Object) null)
                            .rowsUpdated())
                    .as(column)
                    .expectNext(1L)
                    .verifyComplete();
            assertThat(stage.number("SELECT COUNT(*) FROM account WHERE " + column + " IS NULL"))
                    .as(column)
                    .isEqualTo(1);
        }
    }

    @Test
    default void aNullArrayOfArgumentsMustMeanOneNull(Stage stage) {
        stage.run("INSERT INTO account (id, owner) VALUES (1, 'ann')");

        stage.verify(session -> session.sql("UPDATE account SET owner = $1", (Object[]) null)
                        .rowsUpdated())
                .expectNext(1L)
                .verifyComplete();
        assertThat(stage.number("SELECT COUNT(*) FROM account WHERE owner IS NULL"))
                .isEqualTo(1);
    }

    @Test
    default void bindMustTakeIndexesFromZeroAndMarkersByName(Stage stage) {
        stage.verify(session -> session.sql("INSERT INTO account (id, owner, balance) VALUES ($1, $2, $3)")
                        .bind(0, 1)
                        .bind("$2", "ann")
                        .bind("$3", null)
                        .rowsUpdated())
                .expectNext(1L)
                .verifyComplete();
        assertThat(stage.number("SELECT COUNT(*) FROM account WHERE id = 1 AND owner = 'ann' AND balance IS NULL"))
                .isEqualTo(1);
    }

    @Test
    default void addMustRunOncePerSetAndSumTheCounts(Stage stage) {
        stage.verify(session -> session.sql("INSERT INTO account (id, owner) VALUES ($1, $2)", 1, "ann")
                        .add()
                        .bind("$1", 2)
                        .bind("$2", null)
                        .add()
                        .bind(0, 3)
                        .bind(1, "bob")
                        .add()
                        .rowsUpdated())
                .expectNext(3L)
                .verifyComplete();
        assertThat(stage.accounts()).isEqualTo(3);
        assertThat(stage.number("SELECT COUNT(*) FROM account WHERE owner IS NULL"))
                .isEqualTo(1);
    }

    @Test
    default void aResultMustKeepTheValuesItWasMadeWith(Stage stage) {
        stage.verify(session -> {
                    SqlStatement statement = session.sql("INSERT INTO account (id) VALUES ($1)", 1);
                    Mono<Long> one = statement.rowsUpdated();
                    statement.add().bind(0, 2);
                    return one;
                })
                .expectNext(1L)
                .verifyComplete();
        assertThat(stage.accounts()).isEqualTo(1);
    }

    @Test
    default void oneMustBeARowOrEmptyOrAnErrorForTwo(Stage stage) {
        stage.run("INSERT INTO account (id) VALUES (1)");
        stage.run("INSERT INTO account (id) VALUES (2)");
        String byId = "SELECT id FROM account WHERE id = $1";

        stage.verify(session -> session.sql(byId, 2).one(row -> row.get(0, Integer.class)))
                .expectNext(2)
                .verifyComplete();
        stage.verify(session -> session.sql(byId, 3).one(row -> row.get(0, Integer.class)))
                .verifyComplete();
        stage.verify(session -> session.sql("SELECT id FROM account").one(row -> row.get(0, Integer.class)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TooManyRowsException.class)
                        .hasMessageContaining("2 came"));
        assertThat(stage.outcomes())
                .containsExactly("COMMITTING COMMITTED", "COMMITTING COMMITTED", "ACTIVE ROLLED_BACK");
    }

    @Test
    default void firstMustBeTheFirstRowAndLeaveTheTransactionUsable(Stage stage) {
        stage.verify(session -> session.sql(StreamCases.SERIES, 1_000)
                        .first(row -> row.get(0, Long.class))
                        .flatMap(
                                first -> Stage.insert(session, first.intValue()).thenReturn(first)))
                .expectNext(1L)
                .verifyComplete();
        stage.verify(session ->
                        session.sql("SELECT id FROM account WHERE id = 7").first(row -> row.get(0, Long.class)))
                .verifyComplete();
        assertThat(stage.accounts()).isEqualTo(1);
    }

    @Test
    default void aStatementMustBeColdAndSubscribableAgain(Stage stage) {
        stage.verify(session -> {
                    Mono<Long> insert = session.sql(
                                    "INSERT INTO account (id) SELECT COALESCE(MAX(id), 0) + 1 FROM account")
                            .rowsUpdated();
                    return insert.then(insert).then(insert);
                })
                .expectNext(1L)
                .verifyComplete();
        assertThat(stage.accounts()).isEqualTo(3);

        stage.verify(session -> {
                    Flux<Long> rows = session.sql(StreamCases.SERIES, 2).all(row -> row.get(0, Long.class));
                    return rows.concatWith(rows).collectList();
                })
                .expectNext(List.of(1L, 2L, 1L, 2L))
                .verifyComplete();
    }

    @Test
    default void anUnsubscribedStatementMustNotRun(Stage stage) {
        stage.verify(session -> {
                    Mono<Long> unused = Stage.insert(session, 1);
                    return Mono.just(unused != null);
                })
                .expectNext(true)
                .verifyComplete();
        assertThat(stage.accounts()).isZero();
    }

    @Test
    default void executeMustRunStatementsWithAndWithoutParametersOnce(Stage stage) {
        stage.verify(session -> session.sql("INSERT INTO account (id) VALUES (1)")
                        .execute()
                        .then(session.sql("INSERT INTO account (id) VALUES ($1)", 2)
                                .execute()))
                .verifyComplete();
        assertThat(stage.accounts()).isEqualTo(2);
    }

    @Test
    default void rowsUpdatedMustCountRows(Stage stage) {
        stage.run("INSERT INTO account (id) VALUES (1)");
        stage.run("INSERT INTO account (id) VALUES (2)");

        stage.verify(session -> session.sql("UPDATE account SET balance = 1").rowsUpdated())
                .expectNext(2L)
                .verifyComplete();
        stage.verify(session ->
                        session.sql("DELETE FROM account WHERE id = $1", 7).rowsUpdated())
                .expectNext(0L)
                .verifyComplete();
    }

    @Test
    default void rowsUpdatedMustBeZeroForAStatementThatCountsNone(Stage stage) {
        stage.run("DROP TABLE IF EXISTS made");
        stage.verify(session -> session.sql("CREATE TABLE made (id INT)").rowsUpdated())
                .expectNext(0L)
                .verifyComplete();
        assertThat(stage.number("SELECT COUNT(*) FROM made")).isZero();
    }

    @Test
    default void fetchSizeMustChangeNothingThatIsRead(Stage stage) {
        for (int portion : new int[] {0, 1, 7, 5_000}) {
            stage.sessions()
                    .withTransactionMany(session -> session.sql(StreamCases.SERIES, 100)
                            .fetchSize(portion)
                            .all(row -> row.get(0, Long.class)))
                    .as(StepVerifier::create)
                    .as("portions of " + portion)
                    .expectNextCount(100)
                    .verifyComplete();
        }
        stage.verify(session -> {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> session.sql("SELECT 1").fetchSize(-1));
                    return Mono.empty();
                })
                .verifyComplete();
    }

    @Test
    default void aValueThatDoesNotFitMustBeAnErrorOfTheResult(Stage stage) {
        stage.verify(session -> Stage.insert(session, 1)
                        .then(session.sql("SELECT id FROM account WHERE id = $1", 1, 2)
                                .one(row -> row.get(0, Integer.class))))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOfAny(IllegalArgumentException.class, IndexOutOfBoundsException.class));
        assertThat(stage.accounts()).isZero();
    }

    @Test
    default void aMissingTableMustBeBadGrammar(Stage stage) {
        stage.verify(session -> session.sql("SELECT * FROM nowhere").execute())
                .verifyError(R2dbcBadGrammarException.class);
        stage.verify(session -> session.sql("UPDATE nowhere SET id = $1", 1).rowsUpdated())
                .verifyError(R2dbcBadGrammarException.class);
    }

    @Test
    default void aSyntaxErrorMustBeBadGrammar(Stage stage) {
        stage.verify(session -> session.sql("SELEKT 1").execute()).verifyError(R2dbcBadGrammarException.class);
    }

    @Test
    default void violatedConstraintsMustBeIntegrityViolations(Stage stage) {
        stage.run("DROP TABLE IF EXISTS strict");
        stage.run("CREATE TABLE strict (id INT PRIMARY KEY, label VARCHAR(9) NOT NULL, CHECK (id > 0))");
        stage.run("INSERT INTO strict VALUES (1, 'a')");

        for (String violation : List.of("1, 'b'", "2, NULL", "-1, 'c'")) {
            stage.verify(session -> session.sql("INSERT INTO strict VALUES (" + violation + ")")
                            .rowsUpdated())
                    .as(violation)
                    .verifyError(R2dbcDataIntegrityViolationException.class);
        }
    }

    @Test
    default void anErrorOfAMapperMustRollBackAndComeAsItIs(Stage stage) {
        IllegalStateException mine = new IllegalStateException("mine");

        stage.verify(session -> Stage.insert(session, 1)
                        .then(session.sql("SELECT id FROM account").one(row -> {
                            throw mine;
                        })))
                .verifyErrorSatisfies(error -> assertThat(error).isSameAs(mine));
        assertThat(stage.accounts()).isZero();
        assertThat(stage.outcomes()).containsExactly("ACTIVE ROLLED_BACK");
    }
}
