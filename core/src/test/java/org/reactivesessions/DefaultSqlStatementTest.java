package org.reactivesessions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Readable;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.TooManyRowsException;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

class DefaultSqlStatementTest {

    private static String text(Readable row) {
        return Objects.requireNonNull(row.get(0, String.class));
    }

    @RegisterExtension
    final Sessions sessions = new Sessions();

    private final ScriptedDatabase database = sessions.database();

    private <T> Mono<T> in(Function<Session, Mono<T>> function) {
        return sessions.open().withTransaction(function);
    }

    /** The statements between BEGIN and the end. */
    private List<String> sent() {
        return database.wire().stream()
                .filter(text -> !List.of("BEGIN", "COMMIT", "ROLLBACK").contains(text))
                .toList();
    }

    private List<String> calls(int statement) {
        return database.connection(0).statements().get(statement).calls();
    }

    @Test
    void argumentsMustBeBoundByPosition() {
        in(session -> session.sql("UPDATE", 100, "from").rowsUpdated()).block();

        assertThat(calls(0)).containsExactly("bind(0, 100)", "bind(1, from)");
        assertThat(sent()).containsExactly("UPDATE [100, from]");
    }

    @Test
    void nullMustBeBoundAsTheDialectsNull() {
        Object nothing = Parameters.in(R2dbcType.VARCHAR);
        in(session -> session.sql("UPDATE", 1, null).rowsUpdated()).block();
        in(session -> session.sql("UPDATE", nullArray()).rowsUpdated()).block();
        in(session -> session.sql("UPDATE").bind(0, null).bind("$2", null).rowsUpdated())
                .block();
        in(session -> session.sql("UPDATE", new Object[0]).rowsUpdated()).block();

        assertThat(calls(0)).containsExactly("bind(0, 1)", "bind(1, " + nothing + ")");
        assertThat(calls(1)).containsExactly("bind(0, " + nothing + ")");
        assertThat(calls(2)).containsExactly("bind(0, " + nothing + ")", "bind($2, " + nothing + ")");
        assertThat(calls(3)).isEmpty();
    }

    @SuppressWarnings("NullAway") // What sql(text, null) passes.
    private static Object[] nullArray() {
        return null;
    }

    @Test
    void setsOfValuesMustRunOnceEachAndALastOneWithoutValuesBeDropped() {
        Long count = in(session -> session.sql("INSERT")
                        .bind(0, 1)
                        .bind("$2", "a")
                        .add()
                        .bind(0, 2)
                        .bind("$2", "b")
                        .add()
                        .rowsUpdated())
                .block();

        assertThat(count).isEqualTo(2);
        assertThat(sent()).containsExactly("INSERT [1, a]", "INSERT [2, b]");
        assertThat(calls(0)).containsExactly("bind(0, 1)", "bind($2, a)", "add()", "bind(0, 2)", "bind($2, b)");
    }

    @Test
    void aStatementWithoutValuesMustRunOnceAlsoAfterAdd() {
        assertThat(in(session -> session.sql("DELETE").add().rowsUpdated()).block())
                .isEqualTo(1);
        assertThat(sent()).containsExactly("DELETE");
    }

    @Test
    void aResultMustKeepTheValuesItWasMadeWith() {
        in(session -> {
                    SqlStatement statement = session.sql("INSERT", 1);
                    Mono<Long> first = statement.rowsUpdated();
                    Mono<Long> second = statement.add().bind(0, 2).rowsUpdated();
                    return first.then(second);
                })
                .block();

        assertThat(sent()).containsExactly("INSERT [1]", "INSERT [1]", "INSERT [2]");
    }

    @Test
    void everySubscriptionMustSendAnew() {
        in(session -> {
                    Mono<Long> insert = session.sql("INSERT", 1).rowsUpdated();
                    return insert.then(insert);
                })
                .block();

        assertThat(sent()).containsExactly("INSERT [1]", "INSERT [1]");
        assertThat(database.connection(0).statements()).hasSize(2);
    }

    @Test
    void nothingMustBeSentBeforeAResultIsSubscribed() {
        in(session -> {
                    assertThat(session.sql("INSERT", 1).execute()).isNotNull();
                    return Mono.empty();
                })
                .block();

        assertThat(sent()).isEmpty();
    }

    @Test
    void oneMustTakeOneRowOrNone() {
        database.rows("ONE", "a").rows("NONE");

        StepVerifier.create(in(session -> session.sql("ONE").one(DefaultSqlStatementTest::text)))
                .expectNext("a")
                .verifyComplete();
        StepVerifier.create(in(session -> session.sql("NONE").one(DefaultSqlStatementTest::text)))
                .verifyComplete();
    }

    @Test
    void oneMustRefuseASecondRowAfterReadingAll() {
        database.rows("THREE", "a", "b", "c");

        StepVerifier.create(in(session -> session.sql("THREE").one(DefaultSqlStatementTest::text)))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(TooManyRowsException.class)
                        .hasMessage(
                                "transaction: one(mapper) expects at most one row, but 3 came. Use first(mapper) or all(mapper),"
                                        + " or make the query unique: THREE (help: troubleshooting.md#too-many-rows)"));
        assertThat(sessions.ends()).containsExactly("transaction ACTIVE ROLLED_BACK");
    }

    @Test
    void firstMustTakeTheFirstRowByACursor() {
        database.rows("MANY", "a", "b").rows("NONE");

        StepVerifier.create(in(session -> session.sql("MANY").first(DefaultSqlStatementTest::text)))
                .expectNext("a")
                .verifyComplete();
        StepVerifier.create(in(session -> session.sql("NONE").first(DefaultSqlStatementTest::text)))
                .verifyComplete();
        StepVerifier.create(in(session -> session.sql("MANY").fetchSize(50).first(DefaultSqlStatementTest::text)))
                .expectNext("a")
                .verifyComplete();
        assertThat(calls(0)).containsExactly("fetchSize(1)");
        assertThat(calls(2)).containsExactly("fetchSize(50)");
        assertThat(sessions.ends()).containsOnly("transaction COMMITTING COMMITTED");
    }

    @Test
    void allMustReadAllRowsOfAllSets() {
        database.rows("MANY", "a", "b");

        StepVerifier.create(sessions.open()
                        .withTransactionMany(session ->
                                session.sql("MANY", 1).add().bind(0, 2).all(DefaultSqlStatementTest::text)))
                .expectNext("a", "b", "a", "b")
                .verifyComplete();
        assertThat(calls(0)).doesNotContain("fetchSize(0)");
    }

    @Test
    void fetchSizeMustReachTheDriverUnlessItIsZero() {
        in(session -> session.sql("A").fetchSize(7).execute()).block();
        in(session -> session.sql("B").fetchSize(7).fetchSize(0).execute()).block();

        assertThat(calls(0)).containsExactly("fetchSize(7)");
        assertThat(calls(1)).isEmpty();
        in(session -> {
                    assertThatIllegalArgumentException()
                            .isThrownBy(() -> session.sql("C").fetchSize(-1))
                            .withMessage("fetchSize must be >= 0, but was -1");
                    return Mono.empty();
                })
                .block();
    }

    @Test
    void rowsUpdatedMustAddUpAndBeZeroWithoutCounts() {
        database.elements("UPDATE", 2L, 3L).elements("CREATE");

        assertThat(in(session -> session.sql("UPDATE").rowsUpdated()).block()).isEqualTo(5);
        assertThat(in(session -> session.sql("CREATE").rowsUpdated()).block()).isZero();
    }

    @Test
    void executeMustRunAndDropWhatComes() {
        StepVerifier.create(in(session -> session.sql("UPDATE", 1).execute())).verifyComplete();

        assertThat(sent()).containsExactly("UPDATE [1]");
    }

    @Test
    void whatCannotBeBoundMustBeSignalled() {
        StepVerifier.create(in(session -> session.sql("UPDATE").bind(-1, 1).rowsUpdated()))
                .verifyError(IllegalArgumentException.class);
        assertThat(sent()).isEmpty();
    }

    @Test
    void missingNamesAndMappersMustBeRefusedAtOnce() {
        in(session -> {
                    SqlStatement statement = session.sql("SELECT");
                    assertThatNullPointerException()
                            .isThrownBy(() -> statement.bind(nullText(), 1))
                            .withMessage("name must not be null");
                    assertThatNullPointerException()
                            .isThrownBy(() -> statement.all(nullMapper()))
                            .withMessage("mapper must not be null");
                    return Mono.empty();
                })
                .block();
    }

    @SuppressWarnings("NullAway") // What a caller without null checks can pass.
    private static String nullText() {
        return null;
    }

    @SuppressWarnings("NullAway") // What a caller without null checks can pass.
    private static Function<Readable, String> nullMapper() {
        return null;
    }

    @Test
    void transactionControlMustBeRefusedAtOnce() {
        in(session -> {
                    assertThatExceptionOfType(UnsupportedOperationException.class)
                            .isThrownBy(() -> session.sql("COMMIT"))
                            .withMessageStartingWith("COMMIT is refused inside a scope");
                    return Mono.empty();
                })
                .block();
        assertThat(sent()).isEmpty();
    }

    @Test
    void demandMustReachTheDriver() {
        database.hold("MANY");
        StepVerifier.create(
                        sessions.open()
                                .withTransactionMany(
                                        session -> Flux.from(session.sql("MANY").all(DefaultSqlStatementTest::text))),
                        0)
                .thenRequest(1)
                .then(() -> database.last("MANY").rows("a", "b", "c"))
                .expectNext("a")
                .thenRequest(1)
                .expectNext("b")
                .thenCancel()
                .verify();

        assertThat(database.last("MANY").isCancelled()).isTrue();
        assertThat(sessions.ends()).containsExactly("transaction ACTIVE ROLLED_BACK");
    }
}
