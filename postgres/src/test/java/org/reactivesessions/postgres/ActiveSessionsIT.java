package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/** Who is under way can be found on the server. */
@ExtendWith(PostgresExtension.class)
@Timeout(60)
class ActiveSessionsIT {

    private static ActiveSession only(ServerFixture fixture) {
        List<ActiveSession> sessions = fixture.sessions().activeSessions();
        assertThat(sessions).hasSize(1);
        return sessions.get(0);
    }

    @Test
    void aTransactionMustNameItsBackend(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.on(database)) {
            Long backend = fixture.sessions()
                    .withTransaction(session -> session.sql("SELECT pg_backend_pid()")
                            .one(row -> Objects.requireNonNull(row.get(0, Long.class)))
                            .doOnNext(pid -> assertThat(only(fixture))
                                    .returns(pid, ActiveSession::backend)
                                    .returns(1, ActiveSession::statements)
                                    .returns("SELECT pg_backend_pid()", ActiveSession::lastStatement)))
                    .block(ServerFixture.PATIENCE);

            assertThat(backend).isNotNull();
            assertThat(fixture.sessions().activeSessions()).isEmpty();
        }
    }

    @Test
    void whoIsNamedMustBeWhomAnOperatorEnds(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.on(database)) {
            Mono<Long> work = fixture.sessions()
                    .withTransaction(
                            TransactionOptions.defaults().named("report"),
                            session -> session.sql("SELECT 1")
                                    .one(row -> 1L)
                                    .publishOn(Schedulers.boundedElastic())
                                    .doOnNext(one -> fixture.run("SELECT pg_terminate_backend("
                                            + only(fixture).backend() + ", 10000)"))
                                    .then(session.sql("SELECT 2").one(row -> 2L)));

            assertThatThrownBy(() -> work.block(ServerFixture.PATIENCE))
                    .isInstanceOf(R2dbcNonTransientResourceException.class);
        }
    }

    @Test
    void aConnectionThatWasLentMustBeSeen(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.on(database)) {
            Connection lent = Objects.requireNonNull(
                    Mono.from(fixture.sessions().connectionFactory().create()).block(ServerFixture.PATIENCE));
            Flux.from(lent.createStatement("SELECT 3").execute())
                    .concatMap(result -> result.map(row -> 3))
                    .blockLast(ServerFixture.PATIENCE);
            assertThat(only(fixture))
                    .returns(LifePhase.ACTIVE, ActiveSession::phase)
                    .returns("SELECT 3", ActiveSession::lastStatement);
            Mono.from(lent.close()).block(ServerFixture.PATIENCE);

            assertThat(fixture.sessions().activeSessions()).isEmpty();
        }
    }
}
