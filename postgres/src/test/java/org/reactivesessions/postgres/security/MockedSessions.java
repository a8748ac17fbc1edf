package org.reactivesessions.postgres.security;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.reactivesessions.ReactiveSessions;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.BreakerState;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.postgres.ServerFixture;
import org.reactivesessions.postgres.hygiene.Secrets;
import org.reactivesessions.testkit.mock.MockServer;
import org.reactivesessions.testkit.mock.Script;
import reactor.core.publisher.Mono;

/** Sessions of one connection with a server that does what a script says. Closing it checks that nobody stays connected. */
final class MockedSessions implements AutoCloseable {

    static final String PASSWORD = "not-for-strangers-4711";

    /** A host that is this machine, and is not taken for it, because it is not written in full. */
    static final String ELSEWHERE = "127.1";

    private final MockServer server;
    private final ReactiveSessions sessions;
    private final Heard heard;

    private MockedSessions(MockServer server, ReactiveSessions sessions, Heard heard) {
        this.server = server;
        this.sessions = sessions;
        this.heard = heard;
    }

    /** The listener. */
    private static final class Heard implements SessionListener {

        final List<TransactionOutcome> outcomes = new CopyOnWriteArrayList<>();
        final List<String> signsOfAnOutage = new CopyOnWriteArrayList<>();

        @Override
        public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
            outcomes.add(outcome);
        }

        @Override
        public void retrying(String name, int attempt, Duration wait, Throwable error) {
            signsOfAnOutage.add("attempt " + attempt);
        }

        @Override
        public void circuitChanged(String name, BreakerState from, BreakerState to) {
            signsOfAnOutage.add("circuit " + to);
        }
    }

    static MockedSessions with(Script script, UnaryOperator<PostgresSessions.Builder> settings) {
        Secrets.know(PASSWORD);
        MockServer server = MockServer.start(script);
        Heard heard = new Heard();
        return new MockedSessions(
                server,
                settings.apply(PostgresSessions.builder()
                                .host(server.host())
                                .port(server.port())
                                .database("db")
                                .username("me")
                                .password(PASSWORD)
                                .listener(heard)
                                .pool(ServerFixture.roomyPool(1)))
                        .build(),
                heard);
    }

    MockServer server() {
        return server;
    }

    ReactiveSessions sessions() {
        return sessions;
    }

    /** A transaction that does nothing, and whether it has ended well. */
    Mono<String> attempt() {
        return sessions.withTransaction(session -> Mono.just("done"));
    }

    /** How the transactions have ended. */
    List<TransactionOutcome> outcomes() {
        return heard.outcomes;
    }

    /** What was tried again, and what became of the circuit. */
    List<String> signsOfAnOutage() {
        return heard.signsOfAnOutage;
    }

    boolean hasSentPassword() {
        return server.hasHeard(message -> message.type() == 'p');
    }

    @Override
    public void close() {
        sessions.close().block(ServerFixture.PATIENCE);
        server.awaitNobody(ServerFixture.PATIENCE);
        server.close();
    }
}
