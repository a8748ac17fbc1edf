package org.reactivesessions.postgres.matrix;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.postgres.matrix.Invariant.I5;
import static org.reactivesessions.postgres.matrix.Invariant.I6;
import static org.reactivesessions.postgres.matrix.Invariant.I8;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Result;
import java.time.Duration;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/** Connections that die, or fall silent, while nobody has them. */
class IdleRowsIT extends FaultRows {

    private static final int SIZE = 4;
    private static final Duration LIMIT = Duration.ofSeconds(2);
    private static final String WHO = "SELECT pg_backend_pid()";

    IdleRowsIT(TestDatabase database) {
        super(
                database,
                settings -> settings.pool(ServerFixture.roomyPool(SIZE).aliveWindow(ALWAYS_ASKED))
                        .limits(new TimeLimits(Duration.ofMillis(500), ServerFixture.PATIENCE)));
    }

    /** A way to a connection, and to the process that serves it. */
    enum Way {
        TRANSACTION {
            @Override
            Mono<Integer> backend(ReactiveSessions sessions) {
                return sessions.withTransaction(session -> session.sql(WHO).one(row -> row.get(0, Integer.class)));
            }
        },
        SESSION {
            @Override
            Mono<Integer> backend(ReactiveSessions sessions) {
                return sessions.withSession(session -> session.sql(WHO).one(row -> row.get(0, Integer.class)));
            }
        },
        CONNECTION_FACTORY {
            @Override
            Mono<Integer> backend(ReactiveSessions sessions) {
                return Mono.usingWhen(
                        sessions.connectionFactory().create(), connection -> who(connection), Connection::close);
            }
        };

        abstract Mono<Integer> backend(ReactiveSessions sessions);

        private static Mono<Integer> who(Connection connection) {
            return Flux.from(connection.createStatement(WHO).execute())
                    .concatMap((Result result) -> result.map(row -> row.get(0, Integer.class)))
                    .next();
        }
    }

    private Operation ask(Way way) {
        return operation().start(way.backend(fixture().sessions()));
    }

    private Set<Integer> fillPool() {
        return new HashSet<>(Flux.range(0, SIZE)
                .flatMap(each -> fixture()
                        .sessions()
                        .withTransaction(session ->
                                session.sql(WHO + " FROM pg_sleep(0.1)").one(row -> row.get(0, Integer.class))))
                .collectList()
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow());
    }

    private void mustBeServedByOthers(List<Operation> operations, Collection<Integer> before) {
        operations.forEach(operation -> {
            check().heardWithin(LIMIT, operation);
            assertThat(operation.error()).isNull();
            assertThat(operation.values()).hasSize(1).doesNotContainAnyElementsOf(List.copyOf(before));
        });
    }

    /** r2dbc-pool #209: after a restart of the server, every acquire burned one dead connection and failed. */
    @FaultRow(
            value = 11,
            invariants = {I5, I6, I8})
    @ParameterizedTest(name = "{0}, reset {1}")
    @CsvSource({
        "TRANSACTION, true", "TRANSACTION, false",
        "SESSION, true", "SESSION, false",
        "CONNECTION_FACTORY, true", "CONNECTION_FACTORY, false"
    })
    void connectionsThatDiedWhileIdleMustBeReplacedUnseen(Way way, boolean reset) {
        Set<Integer> before = fillPool();
        assertThat(before).hasSize(SIZE);
        if (reset) {
            proxy().resetAll();
        } else {
            before.forEach(pid -> fixture().run("SELECT pg_terminate_backend(" + pid + ")"));
        }
        ServerCensus.await(
                fixture().database(),
                ServerFixture.PATIENCE,
                now -> now.backends().stream().noneMatch(before::contains));
        List<Operation> burst =
                IntStream.range(0, 2 * SIZE).mapToObj(each -> ask(way)).toList();

        mustBeServedByOthers(burst, before);
        check().nextBorrowerIsClean();
        check().poolIsWhole();
    }

    /** What is sent on it arrives nowhere from now on; others go on. */
    @FaultRow(
            value = 12,
            invariants = {I5, I6, I8})
    @ParameterizedTest(name = "{0}")
    @EnumSource(Way.class)
    void aConnectionThatFellSilentWhileIdleMustBeReplacedAndNeverOfferedAgain(Way way) {
        int silent = backend();
        Rule hole = proxy().hold(Frames.STATEMENTS.nth(1));
        Operation first = ask(way);
        hole.awaitHit(ServerFixture.PATIENCE);
        check().heardWithin(LIMIT, first);
        List<Operation> next =
                IntStream.range(0, 2 * SIZE).mapToObj(each -> ask(way)).toList();

        mustBeServedByOthers(next, Set.of(silent));
        assertThat(first.values()).hasSize(1).doesNotContain(silent);
        hole.remove();
        check().nextBorrowerIsClean();
        check().poolIsWhole();
    }
}
