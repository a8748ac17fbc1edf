package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.Once;
import org.reactivesessions.Session;
import org.reactivesessions.error.OperationInProgressException;
import org.reactivesessions.testkit.proxy.RoundTrips;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TransactionOptions;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.StepVerifier;

/** Operations that are applied once, on a real server. */
@ExtendWith(PostgresExtension.class)
class OnceIT {

    private final ServerFixture fixture;
    private final AtomicInteger calls = new AtomicInteger();

    OnceIT(TestDatabase database) {
        fixture = ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(4)));
    }

    @BeforeEach
    void install() {
        fixture.run("DROP TABLE IF EXISTS item");
        fixture.run("CREATE TABLE item (id text)");
        fixture.run("DROP SCHEMA IF EXISTS reactive_sessions CASCADE");
        CommitMarkerSchema.install(fixture.sessions()).block(ServerFixture.PATIENCE);
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
    }

    private Mono<Long> insert(Session session, String id) {
        calls.incrementAndGet();
        return session.sql("INSERT INTO item VALUES ($1)", id).rowsUpdated();
    }

    private Mono<Once<Long>> once(String id) {
        return fixture.sessions().once(id, session -> insert(session, id));
    }

    private long items() {
        return fixture.number("SELECT count(*) FROM item");
    }

    @Test
    void theSecondCallMustHearThatItIsApplied() {
        assertThat(once("a").block(ServerFixture.PATIENCE)).isEqualTo(Once.applied(1L));

        Once<Long> second = once("a").block(ServerFixture.PATIENCE);

        assertThat(second).isInstanceOf(Once.AlreadyApplied.class);
        assertThat(fixture.text("SELECT applied_at FROM reactive_sessions.operation WHERE id = 'a'"))
                .isNotEmpty();
        assertThat(calls).hasValue(1);
        assertThat(items()).isEqualTo(1);
    }

    @Test
    void callsAtTheSameTimeMustApplyItOnce() {
        List<Once<Long>> answers =
                Flux.range(0, 100).flatMap(i -> once("a"), 40).collectList().block(ServerFixture.PATIENCE);

        assertThat(answers).hasSize(100).filteredOn(Once::isApplied).hasSize(1);
        assertThat(calls).hasValue(1);
        assertThat(items()).isEqualTo(1);
    }

    @Test
    void anOperationThatWasRolledBackMustBeAppliedByTheNext() {
        StepVerifier.create(fixture.sessions()
                        .once("a", session -> insert(session, "a").then(Mono.error(new IllegalStateException("mine")))))
                .verifyErrorMessage("mine");
        assertThat(items()).isZero();

        StepVerifier.create(once("a")).expectNext(Once.applied(1L)).verifyComplete();
        assertThat(items()).isEqualTo(1);
    }

    @Test
    void aValuelessOperationMustBeAppliedAsWell() {
        StepVerifier.create(fixture.sessions()
                        .once("a", session -> insert(session, "a").then()))
                .expectNext(Once.applied(null))
                .verifyComplete();
    }

    @Test
    void whoWaitsTooLongMustBeStoppedBeforeTheFunction() {
        Sinks.One<Integer> held = Sinks.one();
        Sinks.One<Integer> claimed = Sinks.one();
        Mono<Once<Long>> first = fixture.sessions()
                .<Long>once(
                        "a",
                        session -> insert(session, "a")
                                .doOnNext(done -> claimed.tryEmitValue(1))
                                .delayUntil(done -> held.asMono()))
                .cache();
        first.subscribe(done -> {}, error -> {});
        claimed.asMono().block(ServerFixture.PATIENCE);

        StepVerifier.create(fixture.sessions()
                        .once(
                                TransactionOptions.defaults().named("second").lockTimeout(Duration.ofMillis(50)),
                                "a",
                                session -> insert(session, "a")))
                .verifyErrorSatisfies(error -> assertThat(error)
                        .isInstanceOf(OperationInProgressException.class)
                        .hasMessageContaining("\"a\""));
        assertThat(calls).as("functions called").hasValue(1);

        held.tryEmitValue(1);
        assertThat(first.block(ServerFixture.PATIENCE)).isEqualTo(Once.applied(1L));
    }

    @Test
    void theKeyMustCostOneExchange() {
        once("warm-up").block(ServerFixture.PATIENCE);
        once("b").block(ServerFixture.PATIENCE);
        fixture.sessions().quiesced().block(ServerFixture.PATIENCE);

        assertThat(LongStream.range(0, 5).map(this::flights).min())
                .as("BEGIN with the key, the statement, COMMIT; whatever else uses the proxy only adds")
                .hasValue(3);
    }

    private long flights(long id) {
        try (RoundTrips count = fixture.proxy().countRoundTrips()) {
            once("operation " + id).block(ServerFixture.PATIENCE);
            return count.flights();
        }
    }

    @Test
    void insideATransactionItMustShareItsFate() {
        StepVerifier.create(fixture.sessions()
                        .withTransaction(outer -> once("a").then(Mono.error(new IllegalStateException("outer")))))
                .verifyErrorMessage("outer");
        assertThat(items()).isZero();

        StepVerifier.create(once("a")).expectNext(Once.applied(1L)).verifyComplete();
    }

    @Test
    void idsThatCannotBeMustBeRefused() {
        assertThatThrownBy(() -> once(" ")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> once("a\0")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> once("a".repeat(501))).hasMessageContaining("501");
        assertThatThrownBy(() -> fixture.sessions()
                        .once(TransactionOptions.defaults().readOnly(), "a", session -> insert(session, "a")))
                .hasMessageContaining("readOnly");
    }
}
