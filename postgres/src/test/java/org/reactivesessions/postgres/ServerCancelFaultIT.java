package org.reactivesessions.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.EmbeddedServer;
import org.reactivesessions.testkit.server.ServerCensus;
import org.reactivesessions.testkit.server.TestDatabase;
import reactor.core.Disposable;

/** Servers, networks and requests to cancel that hang: the place in the pool is free within the limit, the connection gone. */
@Tag("patient")
class ServerCancelFaultIT {

    private static final String SLEEP = "SELECT pg_sleep(600)";
    private static final Duration CONTROL = Duration.ofSeconds(3);

    private static EmbeddedServer server;

    private TestDatabase database;
    private ServerFixture fixture;

    @BeforeAll
    static void startServer() {
        server = EmbeddedServer.start();
    }

    @AfterAll
    static void closeServer() {
        server.close();
    }

    @BeforeEach
    void open() {
        database = server.freshDatabase();
        fixture = ServerFixture.withLimits(database, CONTROL, ServerFixture.PATIENCE);
    }

    @AfterEach
    void leaveNothingBehind() {
        fixture.close();
        database.close();
    }

    private int backend() {
        return fixture.sessions()
                .withTransaction(
                        session -> session.sql("SELECT pg_backend_pid()").one(row -> row.get(0, Integer.class)))
                .blockOptional(ServerFixture.PATIENCE)
                .orElseThrow();
    }

    private Disposable sleep() {
        Disposable running = fixture.sessions()
                .withTransaction(session -> session.sql(SLEEP).execute())
                .subscribe();
        ServerCensus.await(
                database,
                ServerFixture.PATIENCE,
                census -> census.sessions().stream()
                        .anyMatch(session -> session.state().equals("active")
                                && session.query().equals(SLEEP)));
        return running;
    }

    private void cancelAndAwaitThePlace(String what, Disposable running) {
        long cancelled = System.nanoTime();
        running.dispose();
        fixture.quiesce();
        System.out.printf("%s: place back %.1f ms after the cancel%n", what, (System.nanoTime() - cancelled) / 1e6);
        assertThat(fixture.sessions().poolStatus().acquired()).isZero();
        assertThat(fixture.sessions().poolStatus().allocated()).isZero();
        assertThat(fixture.lastEvent().outcome()).isEqualTo(TransactionOutcome.ROLLED_BACK);
    }

    private void awaitEndOf(int backend) {
        ServerCensus.await(
                database, ServerFixture.PATIENCE, census -> !census.backends().contains(backend));
    }

    @Test
    void aFrozenBackendMustCostItsConnectionWithinTheLimit() {
        int before = backend();
        Disposable running = sleep();
        server.freezeBackends();
        try {
            cancelAndAwaitThePlace("frozen backend", running);
            assertThat(fixture.proxy().cancelRequests())
                    .as("requests to cancel")
                    .isPositive();
            assertThat(backend()).isNotEqualTo(before);
        } finally {
            server.thaw();
        }
        awaitEndOf(before);
    }

    @Test
    void aBlackHoleMustCostItsConnectionWithinTheLimit() {
        int before = backend();
        Disposable running = sleep();
        Rule there = fixture.proxy().hold(FrameMatch.fromClient());
        Rule back = fixture.proxy().hold(FrameMatch.fromServer());
        cancelAndAwaitThePlace("black hole", running);
        assertThat(there.hits())
                .as("what is held, a request to cancel among it")
                .isGreaterThan(1);
        there.remove();
        back.remove();

        assertThat(backend()).isNotEqualTo(before);
        awaitEndOf(before);
    }

    /** Let go, it reaches the server late: nobody works on that connection any more. */
    @Test
    void aRequestThatHangsMustCostTheConnectionAndHitNobody() {
        int before = backend();
        Disposable running = sleep();
        Rule request = fixture.proxy().hold(FrameMatch.cancelRequest());
        cancelAndAwaitThePlace("request that hangs", running);
        assertThat(request.hits()).isEqualTo(1);
        int next = backend();
        assertThat(next).isNotEqualTo(before);
        request.remove();
        awaitEndOf(before);

        assertThat(backend()).isEqualTo(next);
    }

    /** ROLLBACK was answered, so only the request stands between the connection and the next borrower. */
    @Test
    void aRequestThatHangsWhileTheStatementEndsMustCostTheConnection() {
        int before = backend();
        Rule sent = fixture.proxy().watch(FrameMatch.fromClient('Q').sql("pg_sleep"));
        Rule answered = fixture.proxy().watch(FrameMatch.fromServer('Z').answering("^ROLLBACK"));
        Rule request = fixture.proxy().hold(FrameMatch.cancelRequest());
        Disposable running = fixture.sessions()
                .withTransaction(session -> session.sql("SELECT pg_sleep(0.5)").execute())
                .subscribe();
        sent.awaitHit(ServerFixture.PATIENCE);
        cancelAndAwaitThePlace("request that hangs, statement over", running);
        assertThat(request.hits()).isEqualTo(1);
        assertThat(answered.hits()).as("answers to ROLLBACK").isEqualTo(1);
        assertThat(backend()).isNotEqualTo(before);
        request.remove();
    }

    @Test
    void aRequestThatIsLostMustCostTheConnection() {
        int before = backend();
        Disposable running = sleep();
        Rule request = fixture.proxy().reset(FrameMatch.cancelRequest());
        cancelAndAwaitThePlace("request that is reset", running);
        request.remove();

        assertThat(backend()).isNotEqualTo(before);
        fixture.run("SELECT pg_terminate_backend(" + before + ")");
    }
}
