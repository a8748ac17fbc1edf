package org.reactivesessions.spring;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.SessionListener;
import org.reactivesessions.pool.PoolOptions;
import org.reactivesessions.postgres.PostgresDialect;
import org.reactivesessions.postgres.PostgresSessions;
import org.reactivesessions.testkit.proxy.FaultProxy;
import org.reactivesessions.testkit.proxy.FrameMatch;
import org.reactivesessions.testkit.proxy.Rule;
import org.reactivesessions.testkit.server.PostgresExtension;
import org.reactivesessions.testkit.server.TestDatabase;
import org.springframework.transaction.reactive.TransactionSynchronization;
import org.springframework.transaction.reactive.TransactionSynchronizationManager;
import reactor.core.Disposable;
import reactor.core.publisher.Mono;
import reactor.test.StepVerifier;

/** Nobody knows whether it has committed: what Spring's synchronizations hear of that. */
@ExtendWith(PostgresExtension.class)
class DoubtIT {

    private final FaultProxy proxy;
    private final SpringSessions sessions;
    private final CompletableFuture<TransactionOutcome> outcome = new CompletableFuture<>();
    private final List<Integer> completed = new CopyOnWriteArrayList<>();

    DoubtIT(TestDatabase database) {
        proxy = FaultProxy.start(database.host(), database.port());
        sessions = SpringSessions.of(
                PostgresSessions.builder()
                        .url(database.r2dbcUrl(proxy.host(), proxy.port()))
                        .pool(PoolOptions.defaults().maxSize(1).acquireTimeout(Fixture.PATIENCE))
                        .listener(new SessionListener() {
                            @Override
                            public void ended(
                                    String name, LifePhase phase, TransactionOutcome how, @Nullable Throwable error) {
                                outcome.complete(how);
                            }
                        })
                        .build(),
                new PostgresDialect());
    }

    @AfterEach
    void close() {
        sessions.quiesced().block(Fixture.PATIENCE);
        sessions.close().block(Fixture.PATIENCE);
        proxy.close();
    }

    private Mono<Void> work() {
        TransactionSynchronization recording = new TransactionSynchronization() {
            @Override
            public Mono<Void> afterCompletion(int status) {
                return Mono.fromRunnable(() -> completed.add(status));
            }
        };
        return sessions.withTransaction(session -> TransactionSynchronizationManager.forCurrentTransaction()
                .doOnNext(manager -> manager.registerSynchronization(recording))
                .then(session.sql("SELECT txid_current()").execute()));
    }

    @Test
    void aSubscriberThatWaitsAndTheSynchronizationsMustHearOfIt() {
        proxy.cut(FrameMatch.fromServer('C').answering("^COMMIT"));
        work().as(StepVerifier::create)
                .expectError(CommitOutcomeUnknownException.class)
                .verify(Fixture.PATIENCE);
        assertThat(completed).containsExactly(TransactionSynchronization.STATUS_UNKNOWN);
    }

    /** As the guide says: there is nobody left to tell, and nothing true to tell. */
    @Test
    void whereTheSubscriberHasLeftOnlyListenersMustHearOfIt() throws Exception {
        Rule answer = proxy.hold(FrameMatch.fromServer('C').answering("^COMMIT"));
        Disposable running = work().subscribe();
        answer.awaitHit(Fixture.PATIENCE);
        running.dispose();
        proxy.severAll();
        assertThat(outcome.get(30, TimeUnit.SECONDS)).isEqualTo(TransactionOutcome.IN_DOUBT);
        sessions.quiesced().block(Fixture.PATIENCE);
        assertThat(completed).isEmpty();
    }
}
