package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** How many connections there are, which of them is believed, and for how long. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class PoolLifeIT {

    private static final Duration BRIEF = Duration.ofMillis(200);
    private static final String PID = "SELECT pg_backend_pid()";

    /** By which way a connection is used. */
    @SuppressWarnings("ImmutableEnumChecker") // its functions keep nothing
    enum Use {
        TRANSACTION(sessions ->
                sessions.withTransaction(session -> session.sql(PID).one(row -> row.get(0, Integer.class)))),
        SESSION(sessions -> sessions.withSession(session -> session.sql(PID).one(row -> row.get(0, Integer.class)))),
        LEASE(sessions -> Mono.usingWhen(
                sessions.connectionFactory().create(),
                connection -> Flux.from(connection.createStatement(PID).execute())
                        .concatMap(result -> result.map(row -> row.get(0, Integer.class)))
                        .single(),
                Connection::close));

        private final Function<ReactiveSessions, Mono<Integer>> backend;

        Use(Function<ReactiveSessions, Mono<Integer>> backend) {
            this.backend = backend;
        }

        int backend(ReactiveSessions sessions) {
            return backend.apply(sessions).blockOptional(ServerFixture.PATIENCE).orElseThrow();
        }
    }

    /** A pool whose idle connections count as silent, and have little time to answer. */
    private static ServerFixture doubting(TestDatabase database, int size) {
        return ServerFixture.with(
                database,
                builder -> builder.pool(ServerFixture.roomyPool(size)
                        .aliveWindow(Duration.ofNanos(1))
                        .validationTimeout(BRIEF)));
    }

    private static Set<Integer> fill(ServerFixture fixture, int size) {
        Set<Integer> backends = new HashSet<>(Flux.range(0, size)
                .flatMap(each -> fixture.sessions()
                        .withSession(session -> session.sql("SELECT pg_backend_pid() FROM pg_sleep(0.1)")
                                .one(row -> row.get(0, Integer.class))))
                .collectList()
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow());
        assertThat(backends).hasSize(size);
        return backends;
    }

    @Test
    void thoseThatAreKeptMustBeOpenedSideBySideAtTheFirstUse(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.with(
                database, builder -> builder.pool(ServerFixture.roomyPool(1).size(4, 2)))) {
            assertThat(fixture.proxy().linksOpened()).isZero();
            Rule hold = fixture.proxy().hold(FrameMatch.startup());
            Mono<Integer> first = Mono.fromFuture(
                    Use.TRANSACTION.backend.apply(fixture.sessions()).toFuture());

            hold.awaitHits(4, ServerFixture.PATIENCE); // of which the first was not answered yet
            hold.remove();
            assertThat(first.block(ServerFixture.PATIENCE)).isPositive();

            ServerCensus.await(
                    database,
                    ServerFixture.PATIENCE,
                    now -> fixture.sessions().poolStatus().idle() == 4);
            assertThat(fixture.sessions().poolStatus().coreSize()).isEqualTo(4);
            assertThat(fixture.sessions().poolStatus().overflow()).isZero();

            fill(fixture, 6);
            assertThat(fixture.sessions().poolStatus().overflow()).isEqualTo(2);
        }
    }

    /** One that hangs is row 12 of the fault matrix. */
    @ParameterizedTest
    @EnumSource(Use.class)
    void aSilentConnectionThatWasLostMustBeReplacedUnseen(Use use, TestDatabase database) {
        try (ServerFixture fixture = doubting(database, 2)) {
            Set<Integer> before = fill(fixture, 2);
            Rule reset = fixture.proxy()
                    .reset(FrameMatch.fromClient('Q')
                            .sql("BEGIN|SELECT 1|SET default")
                            .nth(1));

            int backend = use.backend(fixture.sessions());

            assertThat(reset.hits()).isEqualTo(1);
            assertThat(before)
                    .as("neither the one that was lost nor the other is believed")
                    .doesNotContain(backend);
            assertThat(fixture.events()).allMatch(ended -> ended.error() == null);
        }
    }

    @Test
    void afterAResetNoConnectionOfBeforeMustBeUsedAgain(TestDatabase database) {
        try (ServerFixture fixture =
                ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(3)))) {
            Set<Integer> before = fill(fixture, 3);
            int held = fixture.sessions()
                    .withTransaction(session -> session.sql(PID)
                            .one(row -> row.get(0, Integer.class))
                            .delayUntil(pid -> fixture.sessions().reset()))
                    .blockOptional(ServerFixture.PATIENCE)
                    .orElseThrow();

            assertThat(before).contains(held);
            assertThat(fill(fixture, 3)).doesNotContainAnyElementsOf(before);
            ServerCensus.await(
                    database,
                    ServerFixture.PATIENCE,
                    now -> now.sessions().stream().noneMatch(session -> before.contains(session.pid())));
            assertThat(fixture.sessions().poolStatus().allocated()).isEqualTo(3);
        }
    }
}
