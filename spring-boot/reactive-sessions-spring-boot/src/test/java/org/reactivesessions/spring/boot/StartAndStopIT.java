package org.reactivesessions.spring.boot;

import static org.assertj.core.api.Assertions.assertThat;

import io.r2dbc.spi.ConnectionFactory;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.r2dbc.autoconfigure.R2dbcAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.r2dbc.core.DatabaseClient;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** An application waits for its database when it starts, if it is to, and for its transactions when it stops. */
@ExtendWith(PostgresExtension.class)
class StartAndStopIT {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final TestDatabase database;
    private final ApplicationContextRunner context = new ApplicationContextRunner()
            .withConfiguration(AutoConfigurations.of(
                    OwnPoolAutoConfiguration.class,
                    GivenDatabaseAutoConfiguration.class,
                    R2dbcAutoConfiguration.class));

    StartAndStopIT(TestDatabase database) {
        this.database = database;
    }

    private ApplicationContextRunner ownPool() {
        return context.withPropertyValues("reactive-sessions.url=" + database.url());
    }

    private ApplicationContextRunner given() {
        return context.withPropertyValues("spring.r2dbc.url=" + database.r2dbcUrl());
    }

    private static int one(ReactiveSessions sessions) {
        Integer one = sessions.withTransaction(
                        session -> session.sql("SELECT 1").one(row -> row.get(0, Integer.class)))
                .block(PATIENCE);
        return one == null ? 0 : one;
    }

    @Test
    void bothWaysMustLeadToTheDatabase() {
        ownPool()
                .run(started ->
                        assertThat(one(started.getBean(ReactiveSessions.class))).isEqualTo(1));
        given().run(started ->
                assertThat(one(started.getBean(ReactiveSessions.class))).isEqualTo(1));
    }

    /** The guard is on there, and gets into nobody's way. */
    @Test
    void writesOutsideOfTransactionsMustWorkOnTheSessionsOwnFactory() {
        ownPool().run(started -> {
            DatabaseClient client = DatabaseClient.create(started.getBean(ConnectionFactory.class));
            client.sql("CREATE TABLE autocommitted (id int)").then().block(PATIENCE);
            Long rows = client.sql("INSERT INTO autocommitted VALUES (1)")
                    .fetch()
                    .rowsUpdated()
                    .block(PATIENCE);
            assertThat(rows).isEqualTo(1);
        });
    }

    @Test
    void anAnswerMustLetTheApplicationStart() {
        ownPool()
                .withPropertyValues("reactive-sessions.verify-on-start.attempts=1")
                .run(started -> assertThat(started.getBean(ReactiveSessions.class)
                                .poolStatus()
                                .allocated())
                        .isEqualTo(1));
    }

    @Test
    void aDatabaseThatIsAwayMustKeepTheApplicationFromStarting() {
        context.withPropertyValues("reactive-sessions.url=postgresql://user:hidden@localhost:1/db")
                .withPropertyValues("reactive-sessions.verify-on-start.attempts=2")
                .withPropertyValues("reactive-sessions.verify-on-start.delay=1ms")
                .run(started -> {
                    assertThat(started).hasFailed();
                    assertThat(Analysis.of(started.getStartupFailure()))
                            .contains("The database did not answer")
                            .contains("2 attempts")
                            .contains("reactive-sessions.verify-on-start.attempts")
                            .doesNotContain("hidden");
                });
    }

    @Test
    void aRefusalMustKeepTheApplicationFromStarting() {
        context.withPropertyValues("reactive-sessions.url=" + database.url().replace(database.database(), "nowhere"))
                .withPropertyValues("reactive-sessions.verify-on-start.attempts=2")
                .run(started -> assertThat(Analysis.of(started.getStartupFailure()))
                        .contains("The database refused the application")
                        .contains("nowhere"));
    }

    @Test
    void attemptsThatCannotBeMustBeRefused() {
        ownPool()
                .withPropertyValues("reactive-sessions.verify-on-start.attempts=-1")
                .run(started -> assertThat(Analysis.of(started.getStartupFailure()))
                        .contains("reactive-sessions.verify-on-start: attempts must be >= 1, but was -1"));
    }

    @Test
    void aTransactionThatRunsMustComeToItsEndWhenTheApplicationStops() throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        CountDownLatch inside = new CountDownLatch(1);
        Sinks.Empty<Void> go = Sinks.empty();
        ownPool().run(started -> {
            ReactiveSessions sessions = started.getBean(ReactiveSessions.class);
            sessions.withTransaction(session -> session.sql("SELECT 1")
                            .one(row -> row.get(0, Integer.class))
                            .doOnNext(one -> inside.countDown())
                            .delayUntil(one -> go.asMono()))
                    .subscribe(result::complete, result::completeExceptionally);
            assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
            Thread stopping = new Thread(started.getSourceApplicationContext()::close);
            stopping.start();
            long late = System.nanoTime() + PATIENCE.toNanos();
            while (!isClosed(sessions)) {
                assertThat(System.nanoTime() - late)
                        .as("not closed within " + PATIENCE)
                        .isNegative();
            }
            assertThat(result).isNotDone();
            go.tryEmitEmpty();
            stopping.join(PATIENCE.toMillis());
            // What has ended is told when it no longer counts as running, so close() may be a moment faster.
            assertThat(result).succeedsWithin(PATIENCE).isEqualTo(1);
            assertThat(sessions.poolStatus().allocated()).isZero();
        });
    }

    private static boolean isClosed(ReactiveSessions sessions) {
        return sessions.withTransaction(session -> Mono.just(false))
                .onErrorResume(IllegalStateException.class, closed -> Mono.just(true))
                .blockOptional(PATIENCE)
                .orElseThrow();
    }

    @Test
    void aGraceOfNothingMustEndWhatRuns() throws Exception {
        CompletableFuture<Integer> result = new CompletableFuture<>();
        CountDownLatch inside = new CountDownLatch(1);
        given().withPropertyValues("reactive-sessions.close-grace=0").run(started -> {
            started.getBean(ReactiveSessions.class)
                    .withTransaction(session -> session.sql("SELECT 1")
                            .one(row -> row.get(0, Integer.class))
                            .doOnNext(one -> inside.countDown())
                            .delayUntil(one -> Mono.never()))
                    .subscribe(result::complete, result::completeExceptionally);
            assertThat(inside.await(30, TimeUnit.SECONDS)).isTrue();
        });
        assertThat(result)
                .completesExceptionallyWithin(PATIENCE)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(SessionsClosedException.class);
    }

    /** Spring's tests pause contexts that others have no use for at the moment. */
    @Test
    void aPausedContextMustKeepItsSessions() {
        ownPool().run(started -> {
            ConfigurableApplicationContext source = started.getSourceApplicationContext();
            source.pause();
            assertThat(one(started.getBean(ReactiveSessions.class))).isEqualTo(1);
            source.restart();
            assertThat(one(started.getBean(ReactiveSessions.class))).isEqualTo(1);
        });
    }
}
