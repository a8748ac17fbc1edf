package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Readable;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** A statement that comes while the rows of another one are being read. */
@ExtendWith(PostgresExtension.class)
class BehindRowsIT {

    private static final String EXACT = "SELECT generate_series(1, $1::int)";

    private final ServerFixture fixture;
    private final ReactiveSessions sessions;

    BehindRowsIT(TestDatabase database) {
        this.fixture = ServerFixture.on(database);
        this.sessions = fixture.sessions();
    }

    @BeforeEach
    void createTable() {
        fixture.run("DROP TABLE IF EXISTS seen");
        fixture.run("CREATE TABLE seen (id INT)");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Integer number(Readable row) {
        return row.get(0, Integer.class);
    }

    private static Mono<Long> insert(Session session, int id) {
        return session.sql("INSERT INTO seen VALUES ($1)", id).rowsUpdated();
    }

    private static Flux<Integer> rows(Session session, boolean parameterised, int count) {
        return parameterised
                ? session.sql(EXACT, count).all(BehindRowsIT::number)
                : session.sql("SELECT generate_series(1, " + count + ")").all(BehindRowsIT::number);
    }

    private Mono<Long> work(BiFunction<Session, Flux<Integer>, Flux<Long>> inner, boolean parameterised, int count) {
        return sessions.withTransaction(session ->
                inner.apply(session, rows(session, parameterised, count)).count());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStatementPerRowMustRunWhileRowsAreAskedFor(boolean parameterised) {
        work((session, rows) -> rows.flatMap(id -> insert(session, id)), parameterised, 200)
                .as(StepVerifier::create)
                .expectNext(200L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertThat(fixture.number("SELECT count(*) FROM seen")).isEqualTo(200);
    }

    /** The driver has read them ahead. */
    @Test
    void aStatementPerRowMustRunIfTheRowsHaveArrived() {
        work((session, rows) -> rows.concatMap(id -> insert(session, id), 0), false, 200)
                .as(StepVerifier::create)
                .expectNext(200L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
    }

    @Test
    void theLastRowMustNotBeTakenForAStop() {
        work((session, rows) -> rows.concatMap(id -> insert(session, id), 0), true, 1)
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
    }

    @Test
    void aStatementOutOfARowThatWaitsForItMustFailAtOnceUnsent() {
        Rule insert = fixture.proxy().watch(FrameMatch.fromClient('P').sql("INSERT INTO seen"));
        StepVerifier.create(work((session, rows) -> rows.concatMap(id -> insert(session, id), 0), true, 5))
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("\"INSERT INTO seen VALUES ($1)\" was not sent")
                        .hasMessageContaining("behind the rows of \"" + EXACT + "\"")
                        .hasMessageContaining("it came out of one of them"))
                .verify(ServerFixture.PATIENCE);
        assertThat(insert.hits()).isZero();
        assertThat(sessions.poolStatus().acquired()).isZero();
    }

    @Test
    void aNestedScopeOutOfARowThatWaitsForItMustFailAtOnceUnsent() {
        Rule savepoint = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^SAVEPOINT"));
        work((session, rows) -> rows.concatMap(id -> session.nested(inner -> insert(inner, id)), 0), true, 5)
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("it came out of one of them"))
                .verify(ServerFixture.PATIENCE);
        assertThat(savepoint.hits()).isZero();
    }

    /** The reader asks again after the statement: what looked like a stop was none. */
    @Test
    void aStatementMustBeSentWhenRowsAreAskedForAgain() {
        sessions.withTransaction(session ->
                        Mono.<Long>create(sink -> rows(session, true, 3).subscribe(new BaseSubscriber<>() {

                            private long done;

                            @Override
                            protected void hookOnSubscribe(Subscription subscription) {
                                subscription.request(1);
                            }

                            @Override
                            protected void hookOnNext(Integer id) {
                                insert(session, id).subscribe(count -> count(), sink::error);
                                request(1);
                            }

                            private void count() {
                                if (++done == 3) {
                                    sink.success(done);
                                }
                            }
                        })))
                .as(StepVerifier::create)
                .expectNext(3L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertThat(fixture.number("SELECT count(*) FROM seen")).isEqualTo(3);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aStatementBehindRowsThatNobodyAsksForMustFailInTheEnd(boolean parameterised) {
        work((session, rows) -> rows.concatMap(id -> insert(session, id), 32), parameterised, 1_000)
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("\"INSERT INTO seen VALUES ($1)\"")
                        .hasMessageContaining("generate_series")
                        .hasMessageContaining("nobody has asked for 2000 ms"))
                .verify(ServerFixture.PATIENCE);
        assertThat(fixture.number("SELECT count(*) FROM seen")).isZero();
    }

    /** It was sent, so it may take effect yet; the scope ends, so that no half of the work becomes durable. */
    @Test
    void aScopeMustEndWithItsStuckStatementEvenIfThatIsHandled() {
        work((session, rows) -> rows.concatMap(id -> insert(session, id).onErrorReturn(0L), 32), false, 1_000)
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("is not answered"))
                .verify(ServerFixture.PATIENCE);
        assertThat(fixture.number("SELECT count(*) FROM seen")).isZero();
        assertThat(sessions.poolStatus().acquired()).isZero();
    }

    @Test
    void aStatementThatWaitedMustBeSentBeforeOneThatComesAtTheEndOfTheRows() {
        sessions.withTransaction(session ->
                        Mono.<Long>create(sink -> rows(session, true, 1).subscribe(new BaseSubscriber<>() {

                            @Override
                            protected void hookOnSubscribe(Subscription subscription) {
                                subscription.request(1);
                            }

                            @Override
                            protected void hookOnNext(Integer id) {
                                insert(session, 1).subscribe(count -> {}, sink::error);
                            }

                            @Override
                            protected void hookOnComplete() {
                                insert(session, 2).subscribe(sink::success, sink::error);
                            }
                        })))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertThat(fixture.number("SELECT id FROM seen ORDER BY ctid LIMIT 1")).isEqualTo(1);
    }
}
