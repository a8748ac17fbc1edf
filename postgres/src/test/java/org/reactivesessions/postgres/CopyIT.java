package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.r2dbc.postgresql.api.PostgresqlConnection;
import io.r2dbc.spi.R2dbcException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Session;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** COPY FROM STDIN inside a scope: it works, and one that breaks off costs the connection and nothing else. */
@ExtendWith(PostgresExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class CopyIT {

    private static final String COPY = "COPY item (id) FROM STDIN";

    private final ServerFixture fixture;

    CopyIT(TestDatabase database) {
        fixture = ServerFixture.on(database);
    }

    @BeforeAll
    void createTable() {
        fixture.run("CREATE TABLE item (id int PRIMARY KEY)");
    }

    @BeforeEach
    void empty() {
        fixture.run("TRUNCATE item");
    }

    @AfterAll
    void leaveNothingBehind() {
        fixture.close();
    }

    private static ByteBuf line(int id) {
        return Unpooled.copiedBuffer(id + "\n", StandardCharsets.UTF_8);
    }

    private static Mono<Long> copy(Session session, Flux<ByteBuf> data) {
        return ((PostgresqlConnection) session.connection()).copyIn(COPY, data);
    }

    private int backend() {
        return fixture.sessions()
                .withTransaction(
                        session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    private long rows() {
        return fixture.number("SELECT count(*) FROM item");
    }

    @Test
    void copyMustCommitWithItsTransaction() {
        fixture.sessions()
                .withTransaction(session -> copy(session, Flux.range(1, 1_000).map(CopyIT::line)))
                .as(StepVerifier::create)
                .expectNext(1_000L)
                .verifyComplete();

        assertThat(rows()).isEqualTo(1_000);
    }

    @Test
    void copyOfWrongDataMustRollBackAndKeepTheConnection() {
        int before = backend();

        fixture.sessions()
                .withTransaction(session -> copy(session, Flux.just(line(1), line(1))))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error ->
                        assertThat(((R2dbcException) error).getSqlState()).isEqualTo("23505"));

        assertThat(rows()).isZero();
        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void aCancelledCopyMustCostTheConnectionAndNothingElse() {
        int before = backend();
        Sinks.Empty<Void> stopped = Sinks.empty();
        Rule copying = fixture.proxy().watch(FrameMatch.fromServer('G'));

        var subscription = fixture.sessions()
                .withTransaction(session -> copy(
                        session, Flux.just(line(1)).concatWith(Flux.never()).doOnCancel(stopped::tryEmitEmpty)))
                .subscribe();
        copying.awaitHit(ServerFixture.PATIENCE);
        copying.remove();
        subscription.dispose();
        fixture.quiesce();

        assertThat(stopped.asMono().blockOptional(ServerFixture.PATIENCE)).isEmpty();
        assertThat(fixture.sessions().poolStatus().acquired()).isZero();
        assertThat(rows()).isZero();
        assertThat(backend()).isNotEqualTo(before);
    }

    @Test
    void aCopyGivenUpInsideTheFunctionMustNotCommit() {
        Rule copying = fixture.proxy().watch(FrameMatch.fromServer('G'));

        fixture.sessions()
                .withTransaction(session -> session.sql("INSERT INTO item VALUES (1)")
                        .rowsUpdated()
                        .then(Mono.firstWithSignal(
                                copy(session, Flux.never()),
                                Mono.fromCallable(() -> copying.awaitHit(ServerFixture.PATIENCE))
                                        .subscribeOn(Schedulers.boundedElastic())
                                        .thenReturn(0L))))
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("a COPY was cancelled"));

        copying.remove();
        assertThat(rows()).isZero();
    }
}
