package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.ReferenceCountUtil;
import io.netty.util.ReferenceCounted;
import io.r2dbc.spi.Blob;
import io.r2dbc.spi.Clob;
import io.r2dbc.spi.Connection;
import io.r2dbc.spi.Parameters;
import io.r2dbc.spi.R2dbcType;
import io.r2dbc.spi.Result;
import io.r2dbc.spi.Statement;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.core.scheduler.Schedulers;
import reactor.test.StepVerifier;

/** Statements that could reach the wire behind the end of their transaction, or block what follows on the connection. */
@ExtendWith(PostgresExtension.class)
@TestInstance(Lifecycle.PER_CLASS)
class StrayIT {

    private final ServerFixture fixture;

    StrayIT(TestDatabase database) {
        fixture = ServerFixture.on(database);
    }

    @BeforeAll
    void createTable() {
        fixture.run("CREATE TABLE item (id int, body text, bytes bytea)");
    }

    @BeforeEach
    void empty() {
        fixture.run("TRUNCATE item");
    }

    @AfterAll
    void leaveNothingBehind() {
        fixture.close();
    }

    private long rows() {
        return fixture.number("SELECT count(*) FROM item");
    }

    private void nextBorrowerMustWork() {
        fixture.sessions()
                .withTransaction(session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)))
                .as(StepVerifier::create)
                .expectNext(1)
                .expectComplete()
                .verify(Duration.ofSeconds(3));
    }

    private static Statement insert(Connection connection) {
        return connection.createStatement("INSERT INTO item (id) VALUES ($1)").bind("$1", 1);
    }

    /** Releasing an unconsumed result of the driver sends its statement, and this is a hook that applications install. */
    private static <T> Flux<T> releasingDiscarded(Flux<T> flux) {
        return flux.doOnDiscard(ReferenceCounted.class, ReferenceCountUtil::release);
    }

    @Test
    void aResultDroppedByAFilterMustNotSendItsStatement() {
        fixture.sessions()
                .withTransactionMany(session -> releasingDiscarded(
                        Flux.from(insert(session.connection()).execute()).filter(result -> false)))
                .as(StrayIT::releasingDiscarded)
                .as(StepVerifier::create)
                .verifyComplete();

        assertThat(rows()).isZero();
    }

    @Test
    void aResultDroppedInAQueueByACancelMustNotSendItsStatement() {
        Sinks.Empty<Void> reached = Sinks.empty();
        var subscription = releasingDiscarded(fixture.sessions()
                        .<Result>withTransactionMany(session -> releasingDiscarded(
                                Flux.from(insert(session.connection()).execute())
                                        .cast(Result.class)
                                        .doOnNext(result -> reached.tryEmitEmpty())
                                        .concatWith(Flux.never())
                                        .publishOn(Schedulers.parallel()))))
                .subscribeWith(new BaseSubscriber<Result>() {
                    @Override
                    protected void hookOnSubscribe(Subscription upstream) {
                        // requests nothing, so that the result stays in the queue
                    }
                });
        reached.asMono().block(ServerFixture.PATIENCE);
        subscription.cancel();
        fixture.quiesce();

        assertThat(rows()).isZero();
        nextBorrowerMustWork();
    }

    @Test
    void aResultConsumedAfterTheEndMustNotSendItsStatement() {
        AtomicReference<Result> leaked = new AtomicReference<>();
        fixture.sessions()
                .withTransaction(
                        session -> Flux.from(insert(session.connection()).execute())
                                .doOnNext(leaked::set)
                                .then())
                .block(ServerFixture.PATIENCE);

        Flux.from(Objects.requireNonNull(leaked.get()).getRowsUpdated())
                .as(StepVerifier::create)
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("has ended"));
        assertThat(rows()).isZero();
    }

    @Test
    void aClobThatArrivesAfterTheEndMustNotSendItsStatement() {
        Sinks.One<CharSequence> text = Sinks.one();
        Sinks.Empty<Void> waiting = Sinks.empty();
        var subscription = fixture.sessions()
                .withTransaction(session -> Flux.from(session.connection()
                                .createStatement("INSERT INTO item (id, body) VALUES (1, $1)")
                                .bind(0, Clob.from(text.asMono().doOnSubscribe(s -> waiting.tryEmitEmpty())))
                                .execute())
                        .flatMap(Result::getRowsUpdated)
                        .then())
                .subscribe();
        waiting.asMono().block(ServerFixture.PATIENCE);
        subscription.dispose();
        fixture.quiesce();
        text.tryEmitValue("late");

        nextBorrowerMustWork();
        assertThat(rows()).isZero();
    }

    @Test
    void streamsMustBeBoundOnceTheyAreCollected() {
        Blob blob =
                Blob.from(Flux.just("by", "tes").map(part -> ByteBuffer.wrap(part.getBytes(StandardCharsets.UTF_8))));
        fixture.sessions()
                .withTransaction(session -> Flux.from(session.connection()
                                .createStatement("INSERT INTO item (id, body, bytes) VALUES ($1, $2, $3)")
                                .bind("$1", 1)
                                .bind("$2", Clob.from(Flux.just("te", "xt")))
                                .bind("$3", blob)
                                .add()
                                .bind(0, 2)
                                .bindNull(1, String.class)
                                .bind(2, Parameters.in(R2dbcType.VARBINARY, ByteBuffer.wrap(new byte[] {1})))
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .reduce(0L, Long::sum))
                .as(StepVerifier::create)
                .expectNext(2L)
                .verifyComplete();

        assertThat(fixture.number("SELECT count(*) FROM item WHERE body = 'text' AND bytes = 'bytes'::bytea"))
                .isEqualTo(1);
    }

    /** The driver's #661: the reply of a dropped result fills a queue of 256 messages, and everything behind it waits. */
    @Test
    void aCancelledStatementWithoutParametersMustNotBlockTheConnection() {
        int before = backend();
        Rule sent = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("generate_series"));
        Rule first = fixture.proxy().hold(FrameMatch.fromServer('T').answering("generate_series"));

        var subscription = fixture.sessions()
                .withTransaction(session ->
                        session.sql("SELECT generate_series(1, 5000)").execute())
                .subscribe();
        sent.awaitHit(ServerFixture.PATIENCE);
        first.awaitHit(ServerFixture.PATIENCE);
        subscription.dispose();
        first.remove();
        fixture.quiesce();

        nextBorrowerMustWork();
        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void aResultNobodyConsumesMustNotBlockTheCommit() {
        int before = backend();

        fixture.sessions()
                .withTransaction(session -> Mono.from(session.connection()
                                .createStatement("SELECT generate_series(1, 5000)")
                                .execute())
                        .thenReturn("not read"))
                .as(StepVerifier::create)
                .expectNext("not read")
                .expectComplete()
                .verify(Duration.ofSeconds(4));

        assertThat(backend()).isEqualTo(before);
    }

    @Test
    void aBatchMustRunAndItsUnconsumedResultsMustNotBlock() {
        fixture.sessions()
                .withTransaction(session -> Flux.from(session.connection()
                                .createBatch()
                                .add("INSERT INTO item (id) VALUES (1)")
                                .add("INSERT INTO item (id) VALUES (2)")
                                .execute())
                        .concatMap(Result::getRowsUpdated)
                        .then(Mono.from(session.connection()
                                .createBatch()
                                .add("SELECT generate_series(1, 3000)")
                                .add("INSERT INTO item (id) VALUES (3)")
                                .execute()))
                        .then())
                .as(StepVerifier::create)
                .expectComplete()
                .verify(Duration.ofSeconds(4));

        assertThat(rows()).isEqualTo(3);
    }

    private int backend() {
        return fixture.sessions()
                .withTransaction(
                        session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }
}
