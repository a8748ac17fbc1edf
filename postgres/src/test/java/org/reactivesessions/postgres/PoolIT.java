package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** The pool below the sessions, on a real server. */
@ExtendWith(PostgresExtension.class)
class PoolIT {

    private static Mono<Integer> backend(ReactiveSessions sessions) {
        return sessions.withTransaction(
                session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)));
    }

    @Test
    void everyConnectionMustBePreparedInTheOrderOfTheCalls(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.with(
                database,
                builder -> builder.initSql("SET application_name = 'first'", "SET search_path = pg_catalog")
                        .onConnect(connection -> Flux.from(connection
                                        .createStatement("SET application_name = 'second'")
                                        .execute())
                                .concatMap(result -> result.getRowsUpdated())
                                .then()))) {
            fixture.sessions()
                    .withTransaction(session -> session.sql(
                                    "SELECT current_setting('application_name') || current_setting('search_path')")
                            .one(row -> row.get(0, String.class)))
                    .as(StepVerifier::create)
                    .expectNext("secondpg_catalog")
                    .verifyComplete();
        }
    }

    /** r2dbc-pool #209: after a restart of the server, every acquire burned one dead connection and failed. */
    @Test
    void connectionsThatDiedWhileIdleMustBeReplacedUnseen(TestDatabase database) {
        try (ServerFixture fixture =
                ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(4)))) {
            Set<Integer> before = new HashSet<>(Flux.range(0, 4)
                    .flatMap(each -> fixture.sessions()
                            .withTransaction(session -> session.sql("SELECT pg_backend_pid() FROM pg_sleep(0.2)")
                                    .one(row -> row.get(0, Integer.class))))
                    .collectList()
                    .blockOptional(ServerFixture.PATIENCE)
                    .orElseThrow());
            assertThat(before).hasSize(4);

            fixture.run("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid IN "
                    + before.toString().replace('[', '(').replace(']', ')'));
            fixture.proxy().awaitLinks(0, ServerFixture.PATIENCE);

            Flux.range(0, 8)
                    .concatMap(each -> backend(fixture.sessions()))
                    .as(StepVerifier::create)
                    .thenConsumeWhile(pid -> !before.contains(pid))
                    .verifyComplete();
        }
    }

    @Test
    void aWaitForAConnectionMustEndWithTheStateOfThePool(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.with(
                database,
                builder -> builder.pool(ServerFixture.roomyPool(1)
                        .createTimeout(Duration.ofMillis(700))
                        .acquireTimeout(Duration.ofMillis(700))))) {
            Rule running = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("pg_sleep"));
            var holder = fixture.sessions()
                    .withTransaction(
                            session -> session.sql("SELECT pg_sleep(2)").execute())
                    .retry(3) // the first connection of a busy machine may take longer than the limit
                    .subscribe();
            running.awaitHit(ServerFixture.PATIENCE);

            backend(fixture.sessions())
                    .as(StepVerifier::create)
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(DatabaseUnavailableException.class)
                            .hasMessageContaining("no connection within 700 ms (max 1, in use 1, waiting"));
            holder.dispose();
        }
    }

    @Test
    void theStatusMustCountWhatIsHeldAndWhoWaits(TestDatabase database) {
        try (ServerFixture fixture =
                ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(2)))) {
            Rule hold = fixture.proxy().hold(FrameMatch.fromServer('C').answering("SELECT pg_backend_pid"));
            var working = Flux.range(0, 5)
                    .flatMap(each -> backend(fixture.sessions()))
                    .collectList()
                    .toFuture();
            hold.awaitHits(2, ServerFixture.PATIENCE);

            assertThat(fixture.sessions().poolStatus()).isEqualTo(new PoolStatus(2, 0, 3, 2, 2, 0, 0));
            hold.remove();
            assertThat(Mono.fromFuture(working).block(ServerFixture.PATIENCE)).hasSize(5);
            assertThat(fixture.sessions().poolStatus()).isEqualTo(new PoolStatus(0, 2, 0, 2, 2, 0, 0));
        }
    }

    @Test
    void scopesBeyondTheLimitOfWaitingMustBeRefusedAtOnce(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.with(
                database, builder -> builder.pool(ServerFixture.roomyPool(1).maxPending(2)))) {
            Rule hold = fixture.proxy().hold(FrameMatch.fromServer('C').answering("SELECT pg_backend_pid"));
            var admitted = Flux.range(0, 3)
                    .flatMap(each -> backend(fixture.sessions()))
                    .collectList()
                    .toFuture();
            hold.awaitHit(ServerFixture.PATIENCE);

            backend(fixture.sessions())
                    .as(StepVerifier::create)
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOf(DatabaseUnavailableException.class)
                            .hasMessageContaining("2 scopes are waiting already, which is the limit"));
            hold.remove();
            assertThat(Mono.fromFuture(admitted).block(ServerFixture.PATIENCE)).hasSize(3);
        }
    }

    @Test
    void closeMustLetTransactionsFinishAndLeaveNoSession(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.on(database)) {
            fixture.run("CREATE TABLE closing (id int)");
            Rule hold = fixture.proxy().hold(FrameMatch.fromServer('C').answering("^INSERT"));
            var work = fixture.sessions()
                    .withTransaction(session ->
                            session.sql("INSERT INTO closing VALUES (1)").rowsUpdated())
                    .toFuture();
            hold.awaitHit(ServerFixture.PATIENCE);
            var closed = fixture.sessions().close().toFuture();
            assertThat(closed).isNotDone();
            hold.remove();

            assertThat(Mono.fromFuture(work).block(ServerFixture.PATIENCE)).isEqualTo(1);
            Mono.fromFuture(closed).block(ServerFixture.PATIENCE);
            assertThat(fixture.number("SELECT count(*) FROM closing")).isEqualTo(1);
            assertThat(ServerCensus.await(
                                    database,
                                    ServerFixture.PATIENCE,
                                    now -> now.backends().isEmpty())
                            .backends())
                    .isEmpty();
        }
    }
}
