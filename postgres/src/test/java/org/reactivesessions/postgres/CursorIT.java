package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Rows in portions, with other work between them. */
@ExtendWith(PostgresExtension.class)
class CursorIT {

    private static final String SELECT = "SELECT id FROM item WHERE id <= $1 ORDER BY id";

    private final ServerFixture fixture;
    private final ReactiveSessions sessions;

    CursorIT(TestDatabase database) {
        this.fixture = ServerFixture.on(database);
        this.sessions = fixture.sessions();
    }

    @BeforeEach
    void createTable() {
        fixture.run("DROP TABLE IF EXISTS item");
        fixture.run("CREATE TABLE item (id INT PRIMARY KEY, done BOOLEAN DEFAULT false)");
        fixture.run("INSERT INTO item (id) SELECT generate_series(1, 1000)");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Flux<Integer> ids(Session session, int upTo, int portion) {
        return session.sql(SELECT, upTo).cursor(portion).all(row -> row.get(0, Integer.class));
    }

    private static Mono<Long> finish(Session session, int id) {
        return session.sql("UPDATE item SET done = true WHERE id = $1", id).rowsUpdated();
    }

    private long done() {
        return fixture.number("SELECT count(*) FROM item WHERE done");
    }

    @Test
    void rowsMustBeUpdatedWhileTheyAreStreamed() {
        sessions.withTransactionMany(session -> ids(session, 200, 30).concatMap(id -> finish(session, id)))
                .as(StepVerifier::create)
                .expectNextCount(200)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(done()).isEqualTo(200);
    }

    @Test
    void nestedScopesMustRunBetweenTwoRows() {
        sessions.withTransactionMany(session -> ids(session, 25, 10)
                        .concatMap(id -> session.nested(inner -> finish(inner, id)
                                        .filter(rows -> id % 5 != 0)
                                        .switchIfEmpty(Mono.error(new IllegalStateException("every fifth"))))
                                .onErrorReturn(0L)))
                .as(StepVerifier::create)
                .expectNextCount(25)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(done()).isEqualTo(20);
    }

    @Test
    void portionsMustBeReadOneByOneAndTheCursorBeClosed() {
        sessions.withTransaction(session -> session.sql("SELECT 1").execute()).block(ServerFixture.PATIENCE);
        Rule fetches = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^FETCH FORWARD 10 FROM"));
        Rule close = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("^CLOSE"));

        StepVerifier.create(sessions.withTransactionMany(session -> ids(session, 25, 10)), 0)
                .thenRequest(5)
                .expectNext(1, 2, 3, 4, 5)
                .then(() -> assertThat(fetches.hits()).isLessThanOrEqualTo(2))
                .thenRequest(20)
                .expectNextCount(20)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(fetches.hits()).isEqualTo(3);
        assertThat(close.hits()).isEqualTo(1);
    }

    @Test
    void twoCursorsMustStandBesideEachOther() {
        sessions.withTransaction(session -> Flux.zip(ids(session, 30, 7), ids(session, 30, 11))
                        .all(pair -> pair.getT1().equals(pair.getT2())))
                .as(StepVerifier::create)
                .expectNext(true)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
    }

    @Test
    void aCursorThatIsGivenUpMustLeaveTheTransactionUsable() {
        sessions.withTransaction(
                        session -> ids(session, 1_000, 10).take(15).count().flatMap(rows -> finish(session, 7)))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(done()).isEqualTo(1);
    }

    @Test
    void outsideATransactionItMustBeRefused() {
        sessions.withSessionMany(session -> ids(session, 5, 10))
                .as(StepVerifier::create)
                .expectErrorMessage("cursor(n) needs a transaction, but this session has none; use withTransaction.")
                .verify(ServerFixture.PATIENCE);
    }
}
