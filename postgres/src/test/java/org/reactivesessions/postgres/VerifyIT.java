package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.io.IOException;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.DatabaseRefusedException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.reactivesessions.transaction.TimeLimits;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Waiting for the database when a program starts. */
@ExtendWith(PostgresExtension.class)
class VerifyIT {

    private static final FrameMatch QUESTION = FrameMatch.fromClient('Q').sql("^SELECT pg_catalog\\.pg_is_in_recovery");

    /** A port at which nobody listens. */
    private static int closedPort() {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        } catch (IOException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    private static void leadAway(ServerFixture fixture) {
        fixture.proxy().target("localhost", closedPort());
        fixture.proxy().severAll();
    }

    private static void leadBack(ServerFixture fixture) {
        fixture.proxy().target(fixture.database().host(), fixture.database().port());
    }

    /** Who has the answer may ask before the connection it came over is counted as back. */
    private static void assertBecomes(ServerFixture fixture, PoolStatus expected) {
        long end = System.nanoTime() + ServerFixture.PATIENCE.toNanos();
        while (!fixture.sessions().poolStatus().equals(expected) && System.nanoTime() - end < 0) {
            ServerFixture.pause();
        }
        assertThat(fixture.sessions().poolStatus()).isEqualTo(expected);
    }

    @Test
    void aDatabaseThatAnswersMustBeAskedOnce(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.on(database)) {
            Rule question = fixture.proxy().watch(QUESTION);
            fixture.sessions().verify(3, Duration.ofSeconds(1)).block(ServerFixture.PATIENCE);

            assertThat(question.hits())
                    .as("on the pool, and on the connection for health")
                    .isEqualTo(2);
            assertBecomes(fixture, new PoolStatus(0, 1, 0, 1, 1, 0, 0));
        }
    }

    @Test
    void theConnectionsThatAreKeptMustBeThere(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.with(
                database, builder -> builder.pool(ServerFixture.roomyPool(1).size(4, 2)))) {
            fixture.sessions().verify(1, Duration.ZERO).block(ServerFixture.PATIENCE);

            assertBecomes(fixture, new PoolStatus(0, 4, 0, 4, 6, 4, 0));
        }
    }

    /** Every attempt asks really, although the circuit is open by then, and the answer closes it. */
    @Test
    void aDatabaseThatComesLaterMustBeWaitedFor(TestDatabase database) {
        CircuitBreakerRegistry breakers = CircuitBreakerRegistry.ofDefaults();
        try (ServerFixture fixture = ServerFixture.with(
                database,
                builder -> builder.resilience(ResilienceOptions.defaults().circuitBreakers(breakers)))) {
            CircuitBreaker breaker = breakers.find("reactive-sessions").orElseThrow();
            CompletableFuture<Void> opened = new CompletableFuture<>();
            breaker.getEventPublisher().onStateTransition(transition -> opened.complete(null));
            leadAway(fixture);
            CompletableFuture<Void> verified =
                    fixture.sessions().verify(10_000, Duration.ofMillis(5)).toFuture();
            assertThat(opened).succeedsWithin(ServerFixture.PATIENCE);
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.OPEN);
            leadBack(fixture);

            assertThat(verified).succeedsWithin(ServerFixture.PATIENCE);
            assertThat(breaker.getState()).isEqualTo(CircuitBreaker.State.CLOSED);
            fixture.sessions()
                    .withTransaction(session -> session.sql("SELECT 1").execute())
                    .block(ServerFixture.PATIENCE);
        }
    }

    @Test
    void attemptsThatAreUsedUpMustBeAnErrorThatSaysWhatWasSeen(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.on(database)) {
            leadAway(fixture);
            fixture.sessions()
                    .verify(3, Duration.ofMillis(20))
                    .as(StepVerifier::create)
                    .verifyErrorSatisfies(error -> assertThat(error)
                            .isInstanceOfSatisfying(DatabaseUnavailableException.class, away -> {
                                assertThat(away.kind()).isEqualTo(FailureKind.UNREACHABLE);
                                assertThat(away.attempt()).isEqualTo(3);
                            })
                            .hasMessageMatching(
                                    "verify: the database has not answered in 3 attempts over \\d+ ms; the last"
                                            + " time: verify: no connection: .*")
                            .hasCauseInstanceOf(DatabaseUnavailableException.class));
            leadBack(fixture);
        }
    }

    @Test
    void aWrongPasswordOrDatabaseMustNotBeTriedAgain(TestDatabase database) {
        for (PostgresSessions.Builder wrong : new PostgresSessions.Builder[] {
            PostgresSessions.builder().url(database.r2dbcUrl()).password("wrong"),
            PostgresSessions.builder().url(database.r2dbcUrl()).database("nowhere")
        }) {
            ReactiveSessions sessions = wrong.build();
            sessions.verify(1_000, Duration.ofHours(1))
                    .as(StepVerifier::create)
                    .expectError(DatabaseRefusedException.class)
                    .verify(ServerFixture.PATIENCE);
            sessions.close().block(ServerFixture.PATIENCE);
        }
    }

    @Test
    void aDatabaseThatDoesNotAnswerMustCostAnAttemptAndNotItsCaller(TestDatabase database) {
        try (ServerFixture fixture = ServerFixture.with(
                database,
                builder -> builder.pool(ServerFixture.roomyPool(1)
                                .createTimeout(Duration.ofMillis(1_500))
                                .acquireTimeout(Duration.ofMillis(1_500)))
                        .limits(new TimeLimits(Duration.ofMillis(500), ServerFixture.PATIENCE)))) {
            Rule mute = fixture.proxy().drop(QUESTION);
            CompletableFuture<Void> verified =
                    fixture.sessions().verify(5, Duration.ZERO).toFuture();
            mute.awaitHit(ServerFixture.PATIENCE);
            mute.remove();

            assertThat(verified).succeedsWithin(ServerFixture.PATIENCE);
        }
    }

    @Test
    void verifyInATransactionMustNotBePartOfIt(TestDatabase database) {
        try (ServerFixture fixture =
                ServerFixture.with(database, builder -> builder.pool(ServerFixture.roomyPool(2)))) {
            fixture.sessions()
                    .withTransaction(session -> fixture.sessions()
                            .verify(1, Duration.ZERO)
                            .then(Mono.fromSupplier(
                                    () -> fixture.sessions().poolStatus().allocated())))
                    .as(StepVerifier::create)
                    .expectNext(2)
                    .verifyComplete();
        }
    }
}
