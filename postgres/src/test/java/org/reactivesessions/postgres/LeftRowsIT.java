package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Readable;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/**
 * Rows that nobody reads to their end. The leak check of every integration test is the assertion: r2dbc-postgresql drops the
 * messages it has read ahead of a statement without parameters without releasing their buffers.
 */
@ExtendWith(PostgresExtension.class)
class LeftRowsIT {

    private static final String ROWS = "SELECT generate_series(1, 1000)";
    private static final int ROUNDS = 20;

    private final ServerFixture fixture;
    private final ReactiveSessions sessions;

    LeftRowsIT(TestDatabase database) {
        this.fixture = ServerFixture.on(database);
        this.sessions = fixture.sessions();
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Integer number(Readable row) {
        return row.get(0, Integer.class);
    }

    private void leave(Function<Session, Flux<Integer>> rows) {
        for (int round = 0; round < ROUNDS; round++) {
            StepVerifier.create(sessions.withTransactionMany(rows), 0)
                    .thenRequest(5)
                    .expectNextCount(5)
                    .thenCancel()
                    .verify(ServerFixture.PATIENCE);
            sessions.quiesced().block(ServerFixture.PATIENCE);
        }
        assertThat(sessions.poolStatus().acquired()).isZero();
    }

    @Test
    void rowsOfAStatementWithoutParametersMustBeReleased() {
        leave(session -> session.sql(ROWS).all(LeftRowsIT::number));
    }

    @Test
    void rowsOfAStatementWithParametersMustBeReleased() {
        leave(session -> session.sql("SELECT generate_series(1, $1::int)", 1000).all(LeftRowsIT::number));
    }

    @Test
    void rowsOfADriversResultMustBeReleased() {
        leave(session -> Flux.from(session.connection().createStatement(ROWS).execute())
                .concatMap(result -> result.map((row, metadata) -> number(row)), 0));
        leave(session -> Flux.from(session.connection().createStatement(ROWS).execute())
                .concatMap(result -> result.map(LeftRowsIT::number), 0));
    }

    @Test
    void segmentsOfADriversResultMustBeReleased() {
        leave(session -> Flux.from(session.connection().createStatement(ROWS).execute())
                .concatMap(
                        result -> result.flatMap(segment ->
                                segment instanceof Result.RowSegment row ? Mono.just(number(row.row())) : Mono.empty()),
                        0));
    }

    @Test
    void rowsOfABatchMustBeReleased() {
        leave(session -> Flux.from(
                        session.connection().createBatch().add(ROWS).add(ROWS).execute())
                .concatMap(result -> result.map(LeftRowsIT::number), 0));
    }

    @Test
    void rowsBehindOneWhoseMappingFailsMustBeReleasedAndTheConnectionStayUsable() {
        for (int round = 0; round < ROUNDS; round++) {
            sessions.withTransaction(session -> session.sql(ROWS)
                            .all(row -> 10 / (5 - number(row)))
                            .concatMap(Mono::just, 1)
                            .then()
                            .onErrorResume(ArithmeticException.class, error -> Mono.empty())
                            .then(session.sql("SELECT 7").one(LeftRowsIT::number)))
                    .as(StepVerifier::create)
                    .expectNext(7)
                    .expectComplete()
                    .verify(ServerFixture.PATIENCE);
        }
    }

    @Test
    void aMappingThatReturnsNullMustBeNamed() {
        sessions.withTransaction(session -> session.sql(ROWS)
                        .all(row -> number(row) == 3 ? null : number(row))
                        .then())
                .as(StepVerifier::create)
                .expectErrorSatisfies(error -> assertThat(error).hasMessageContaining("returned null"))
                .verify(ServerFixture.PATIENCE);
    }

    @Test
    void rowsLeftInsideATransactionMustNotKeepItFromCommitting() {
        sessions.withTransaction(session -> session.sql(ROWS)
                        .all(LeftRowsIT::number)
                        .take(3)
                        .then(Mono.delay(Duration.ofMillis(1)))
                        .then(session.sql("SELECT 1").one(LeftRowsIT::number)))
                .as(StepVerifier::create)
                .expectNext(1)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
        assertThat(fixture.sessions().poolStatus().acquired()).isZero();
    }

    /** What the application makes of a segment is its own, and may never end by itself. */
    @Test
    void whatIsMadeOfASegmentMustBeCancelledWithTheRows() {
        for (int rows : new int[] {10, 1_000}) {
            CountDownLatch cancelled = new CountDownLatch(1);
            StepVerifier.create(sessions.withTransactionMany(session -> Flux.from(session.connection()
                                    .createStatement("SELECT generate_series(1, " + rows + ")")
                                    .execute())
                            .concatMap(result -> result.flatMap(segment ->
                                    Flux.concat(Mono.just(1), Mono.never()).doOnCancel(cancelled::countDown)))))
                    .expectNext(1)
                    .thenCancel()
                    .verify(ServerFixture.PATIENCE);
            sessions.quiesced().block(ServerFixture.PATIENCE);

            assertThat(cancelled.getCount()).as("%d rows", rows).isZero();
            assertThat(sessions.poolStatus().idle())
                    .as("the connection is kept")
                    .isEqualTo(1);
        }
    }

    @Test
    void segmentsLeftInsideATransactionMustNotKeepItFromGoingOn() {
        sessions.withTransaction(session -> Flux.from(
                                session.connection().createStatement(ROWS).execute())
                        .concatMap(result -> result.flatMap(segment -> Flux.concat(Mono.just(1), Mono.never())))
                        .next()
                        .then(session.sql("SELECT 42").one(LeftRowsIT::number)))
                .as(StepVerifier::create)
                .expectNext(42)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);
    }
}
