package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TimeZone;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.Session;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.Propagation;
import org.reactivesessions.transaction.TimeLimits;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Scopes within scopes, on a server: what is durable afterwards. */
@ExtendWith(PostgresExtension.class)
class ScopesIT {

    private static final String INSERT = "INSERT INTO item (id) VALUES ($1)";

    private final ServerFixture fixture;
    private final ReactiveSessions sessions;

    private final TestDatabase database;

    ScopesIT(TestDatabase database) {
        this.database = database;
        this.fixture = ServerFixture.with(database, ScopesIT::patient);
        this.sessions = fixture.sessions();
    }

    private static PostgresSessions.Builder patient(PostgresSessions.Builder builder) {
        return builder.pool(ServerFixture.roomyPool(3))
                .limits(new TimeLimits(ServerFixture.PATIENCE, ServerFixture.PATIENCE));
    }

    @BeforeEach
    void createTable() {
        fixture.run("CREATE TABLE IF NOT EXISTS item (id INT PRIMARY KEY, at TIMESTAMPTZ DEFAULT now())");
        fixture.run("TRUNCATE item");
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private static Mono<Long> insert(Session session, int id) {
        return session.sql(INSERT, id).rowsUpdated();
    }

    private long count(String condition) {
        return fixture.number("SELECT count(*) FROM item WHERE " + condition);
    }

    private static TransactionOptions how(Propagation propagation) {
        return TransactionOptions.defaults().named("inner").propagation(propagation);
    }

    @Test
    void layersMustShareOneTransaction() {
        Mono<Long> repository = sessions.withTransaction(session -> insert(session, 2));

        sessions.withTransaction(session -> insert(session, 1).then(repository))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(fixture.number("SELECT count(DISTINCT xmin::text) FROM item"))
                .isEqualTo(1);
        assertThat(count("true")).isEqualTo(2);
    }

    @Test
    void aPipelineMustBecomeOneTransaction() {
        Mono<Long> pipeline = sessions.withSession(session -> insert(session, 1))
                .then(sessions.withTransaction(session -> insert(session, 2)))
                .then(Mono.error(new IllegalStateException("mine")));

        pipeline.as(sessions::transactional)
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(ServerFixture.PATIENCE);
        Flux.just(3, 4)
                .concatMap(id -> sessions.withTransaction(session -> insert(session, id)))
                .as(sessions::transactional)
                .as(StepVerifier::create)
                .expectNext(1L, 1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(count("id < 3")).isZero();
        assertThat(count("true")).isEqualTo(2);
        assertThat(fixture.number("SELECT count(DISTINCT xmin::text) FROM item"))
                .isEqualTo(1);
    }

    @Test
    void aSwallowedErrorOfAnInnerScopeMustNotLeaveHalfOfTheWork() {
        sessions.withTransaction(session -> insert(session, 1)
                        .then(sessions.withTransaction(
                                how(Propagation.REQUIRED),
                                inner -> insert(inner, 2).then(Mono.<Long>error(new IllegalStateException("mine")))))
                        .onErrorReturn(0L))
                .as(StepVerifier::create)
                .expectError(TransactionRolledBackException.class)
                .verify(ServerFixture.PATIENCE);

        assertThat(count("true")).isZero();
    }

    @Test
    void aNestedScopeMustUndoOnlyItself() {
        sessions.withTransaction(session -> insert(session, 1)
                        .then(session.nested(inner -> insert(inner, 2).then(insert(inner, 2)))
                                .onErrorReturn(0L))
                        .then(insert(session, 3)))
                .as(StepVerifier::create)
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(count("id IN (1, 3)")).isEqualTo(2);
        assertThat(count("id = 2")).isZero();
    }

    /** In parallel, the writes of the second one were lost without a word. */
    @Test
    void nestedScopesInParallelMustBeRefusedAndLoseNothing() {
        Rule savepoint = fixture.proxy().hold(FrameMatch.fromServer('C').answering("^SAVEPOINT"));
        List<String> seen = new ArrayList<>();
        Mono<Long> all = sessions.withTransaction(session -> Mono.zip(
                        session.nested(inner -> insert(inner, 1))
                                .doOnNext(rows -> seen.add("first"))
                                .onErrorReturn(0L),
                        session.nested(inner -> insert(inner, 2))
                                .doOnNext(rows -> seen.add("second"))
                                .onErrorResume(error -> {
                                    savepoint.release();
                                    seen.add(Objects.requireNonNull(error.getMessage())
                                            .substring(0, 25));
                                    return Mono.just(0L);
                                }))
                .map(rows -> rows.getT1() + rows.getT2()));

        StepVerifier.create(all).expectNext(1L).expectComplete().verify(ServerFixture.PATIENCE);

        assertThat(seen).containsExactly("The nested scope \"nested\"", "first");
        assertThat(count("id = 1")).isEqualTo(1);
        assertThat(count("id = 2")).isZero();
    }

    /** The function goes on as soon as a timeout around the nested scope fires; its next statement must not be undone. */
    @Test
    void aStatementBehindANestedScopeThatIsBeingUndoneMustWait() {
        Rule undone = fixture.proxy().hold(FrameMatch.fromServer('C').answering("^ROLLBACK"));
        Rule insert = fixture.proxy().watch(FrameMatch.fromClient('P').sql("^INSERT"));
        Sinks.Empty<Void> now = Sinks.empty();
        StepVerifier.create(sessions.withTransaction(session -> session.nested(inner ->
                                insert(inner, 1).then(Mono.<Long>never().doOnSubscribe(s -> now.tryEmitEmpty())))
                        .timeout(now.asMono(), Mono.just(0L))
                        .then(insert(session, 2))))
                .then(() -> {
                    undone.awaitHit(ServerFixture.PATIENCE);
                    assertThat(insert.hits()).isEqualTo(1);
                    undone.release();
                })
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(count("id = 1")).isZero();
        assertThat(count("id = 2")).isEqualTo(1);
    }

    @Test
    void aNestedScopeCancelledWithAStatementInFlightMustUndoItAndNothingElse() {
        Rule answer = fixture.proxy()
                .hold(FrameMatch.fromServer('C').answering("^INSERT").nth(2));
        Sinks.Empty<Void> now = Sinks.empty();
        StepVerifier.create(sessions.withTransaction(session -> insert(session, 1)
                        .then(session.nested(inner -> insert(inner, 2)).timeout(now.asMono(), Mono.just(0L)))
                        .then(Mono.defer(() -> insert(session, 3)))))
                .then(() -> {
                    answer.awaitHit(ServerFixture.PATIENCE);
                    now.tryEmitEmpty();
                    answer.release();
                })
                .expectNext(1L)
                .expectComplete()
                .verify(ServerFixture.PATIENCE);

        assertThat(count("id IN (1, 3)")).isEqualTo(2);
        assertThat(count("id = 2")).isZero();
    }

    @Test
    void aCancelOfAllMustUndoAll() {
        Rule answer = fixture.proxy()
                .hold(FrameMatch.fromServer('C').answering("^INSERT").nth(2));
        Disposable work = sessions.withTransaction(
                        session -> insert(session, 1).then(session.nested(inner -> insert(inner, 2))))
                .subscribe();
        answer.awaitHit(ServerFixture.PATIENCE);
        work.dispose();
        answer.release();
        fixture.quiesce();

        assertThat(count("true")).isZero();
        assertThat(fixture.events()).hasSize(1);
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    @Test
    void requiresNewMustSurviveItsOuterTransaction() {
        sessions.withTransaction(session -> insert(session, 1)
                        .then(sessions.withTransaction(how(Propagation.REQUIRES_NEW), audit -> insert(audit, 2)))
                        .then(Mono.error(new IllegalStateException("mine"))))
                .as(StepVerifier::create)
                .expectErrorMessage("mine")
                .verify(ServerFixture.PATIENCE);

        assertThat(count("id = 1")).isZero();
        assertThat(count("id = 2")).isEqualTo(1);
    }

    @Test
    void aSessionMustNotBeginATransaction() {
        try (ServerFixture writing =
                ServerFixture.with(database, builder -> patient(builder).autocommitWrites(true))) {
            Rule begin = writing.proxy().watch(FrameMatch.fromClient('Q').sql("BEGIN"));
            writing.sessions()
                    .withSession(session -> insert(session, 1).then(Mono.error(new IllegalStateException("mine"))))
                    .as(StepVerifier::create)
                    .expectErrorMessage("mine")
                    .verify(ServerFixture.PATIENCE);

            assertThat(begin.hits()).isZero();
            assertThat(count("id = 1")).isEqualTo(1);
        }
    }

    /** The statement runs on until the server is done with it; the next borrower must find the connection clean. */
    @Test
    void aSessionCancelledWithAStatementInFlightMustEndWithABarrier() {
        Rule answer = fixture.proxy().hold(FrameMatch.fromServer('C').answering("^SELECT id"));
        Rule barrier = fixture.proxy().hold(FrameMatch.fromServer('C').answering("^SELECT 1$"));
        Sinks.Empty<Void> cancelled = Sinks.empty();
        Disposable work = sessions.withSession(session ->
                        session.sql("SELECT id FROM item").rowsUpdated().doOnCancel(cancelled::tryEmitEmpty))
                .subscribe();
        answer.awaitHit(ServerFixture.PATIENCE);
        work.dispose();
        cancelled.asMono().block(ServerFixture.PATIENCE); // or the answer could overtake it
        assertThat(sessions.poolStatus().acquired()).isEqualTo(1);
        answer.release();
        barrier.awaitHit(ServerFixture.PATIENCE);
        assertThat(sessions.poolStatus().acquired()).isEqualTo(1);
        barrier.release();
        fixture.quiesce();

        assertThat(sessions.poolStatus().acquired()).isZero();
    }

    @Test
    void startedAtMustBeTheTimestampOfEveryRow() {
        List<Instant> seen = new ArrayList<>();
        sessions.withTransaction(session -> insert(session, 1)
                        .then(session.startedAt())
                        .doOnNext(seen::add)
                        .then(session.nested(inner -> inner.startedAt().doOnNext(seen::add)))
                        .then(insert(session, 2))
                        .thenReturn(session))
                .flatMap(ended -> ended.startedAt().doOnNext(seen::add))
                .block(ServerFixture.PATIENCE);

        assertThat(seen).hasSize(3).containsOnly(seen.get(0));
        assertThat(sessions.withSessionMany(session -> session.sql("SELECT DISTINCT at FROM item")
                                .all(row -> Objects.requireNonNull(row.get(0, OffsetDateTime.class))
                                        .toInstant()))
                        .collectList()
                        .block(ServerFixture.PATIENCE))
                .containsExactly(seen.get(0));
    }

    /** Neither the zone of this process nor that of the server may shift it. */
    @Test
    void startedAtMustBeTheSameInEveryZone() {
        TimeZone zone = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone("Asia/Kathmandu"));
            List<Instant> seen = new ArrayList<>();
            sessions.withTransaction(session -> session.sql("SET LOCAL TIME ZONE 'America/St_Johns'")
                            .execute()
                            .then(insert(session, 1))
                            .then(session.startedAt())
                            .doOnNext(seen::add))
                    .block(ServerFixture.PATIENCE);

            long micros = fixture.number("SELECT (extract(epoch FROM at) * 1000000)::bigint FROM item");
            assertThat(seen).containsExactly(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
        } finally {
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void startedAtThatWasNeverReadMustSaySo() {
        sessions.withTransaction(session -> insert(session, 1).thenReturn(session))
                .flatMap(Session::startedAt)
                .as(StepVerifier::create)
                .expectErrorMessage(
                        "startedAt() is known after the end of a transaction only if it was read inside; read it"
                                + " there once.")
                .verify(ServerFixture.PATIENCE);
    }

    @Test
    void hooksMustRunAroundTheCommit() {
        List<String> seen = new ArrayList<>();
        sessions.withTransaction(session -> {
                    session.beforeCommit(() -> insert(session, 2));
                    session.afterCommit(() -> sessions.withTransaction(later ->
                                    later.sql("SELECT count(*) FROM item").one(row -> row.get(0, Long.class)))
                            .doOnNext(rows -> seen.add("durable " + rows)));
                    return insert(session, 1);
                })
                .doOnSuccess(rows -> seen.add("heard"))
                .block(ServerFixture.PATIENCE);

        assertThat(seen).containsExactly("durable 2", "heard");
    }
}
