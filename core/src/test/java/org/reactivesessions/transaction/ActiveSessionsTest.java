package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.observation.ActiveSession;
import org.reactivesessions.observation.WaitsFor;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** What is seen of whoever is under way. */
class ActiveSessionsTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @RegisterExtension
    final Stage stage = new Stage();

    private final Sinks.One<Long> end = Sinks.one();

    private ActiveSession only() {
        List<ActiveSession> sessions = stage.transactions().look();
        assertThat(sessions).hasSize(1);
        return sessions.get(0);
    }

    private TestSubscriber<Long> waitingFunction() {
        return stage.run(connection -> update(connection, "UPDATE").then(end.asMono()));
    }

    @Test
    void nobodyMustBeSeenBeforeTheSubscriptionNorAfterTheEnd() {
        Mono<Long> transfer = stage.mono(connection -> update(connection, "UPDATE"));
        assertThat(stage.transactions().look()).isEmpty();
        assertThat(subscribe(transfer).isTerminatedComplete()).isTrue();

        assertThat(stage.transactions().look()).isEmpty();
    }

    @Test
    void whoIsInItsFunctionMustBeSeenWithItsStatements() {
        TestSubscriber<Long> subscriber = waitingFunction();
        stage.pass(SECOND);

        assertThat(only())
                .isEqualTo(new ActiveSession(
                        "transfer",
                        null,
                        LifePhase.ACTIVE,
                        SECOND,
                        SECOND,
                        1,
                        1,
                        "UPDATE",
                        null,
                        WaitsFor.FUNCTION,
                        0,
                        null));
        end.tryEmitValue(1L);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void theTimeInAPhaseMustBeginWithThePhase() {
        stage.database().hold("BEGIN");
        TestSubscriber<Long> subscriber = waitingFunction();
        stage.pass(SECOND);
        assertThat(only())
                .extracting(ActiveSession::phase, ActiveSession::age, ActiveSession::inPhase)
                .containsExactly(LifePhase.BEGINNING, SECOND, SECOND);
        stage.database().last("BEGIN").complete();
        stage.pass(SECOND);
        assertThat(only())
                .extracting(ActiveSession::phase, ActiveSession::age, ActiveSession::inPhase)
                .containsExactly(LifePhase.ACTIVE, SECOND.multipliedBy(2), SECOND);
        stage.database().hold("COMMIT");
        end.tryEmitValue(1L);
        stage.pass(SECOND);
        assertThat(only())
                .extracting(ActiveSession::phase, ActiveSession::age, ActiveSession::inPhase)
                .containsExactly(LifePhase.COMMITTING, SECOND.multipliedBy(3), SECOND);
        stage.database().last("COMMIT").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void whoWaitsForAConnectionMustHaveAPlace() {
        TestSubscriber<Long> first = waitingFunction();
        TestSubscriber<Long> second = waitingFunction();
        TestSubscriber<Long> third = waitingFunction();

        assertThat(stage.transactions().look())
                .extracting(
                        session -> session.phase() + " " + session.waitingPosition() + " " + session.lastStatement())
                .containsExactly("ACTIVE 0 UPDATE", "ACQUIRING 1 null", "ACQUIRING 2 null");
        end.tryEmitValue(1L);
        assertThat(List.of(first, second, third)).allMatch(TestSubscriber::isTerminatedComplete);
    }

    @Test
    void aScopeInsideAnotherMustNameIt() {
        TestSubscriber<Long> subscriber = stage.run(connection ->
                stage.inner(Propagation.NESTED, inner -> update(inner, "INSERT").then(end.asMono())));

        assertThat(stage.transactions().look())
                .extracting(session ->
                        session.name() + " in " + session.inside() + ", " + session.statements() + " statement")
                .containsExactly("transfer in null, 1 statement", "inner in transfer, 1 statement");
        end.tryEmitValue(1L);
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void whoIsCleanedUpAfterACancelMustBeSeen() {
        TestSubscriber<Long> subscriber = waitingFunction();
        stage.database().hold("ROLLBACK");
        subscriber.cancel();

        assertThat(only().phase()).isEqualTo(LifePhase.ROLLING_BACK);
        stage.database().last("ROLLBACK").complete();
        assertThat(stage.transactions().look()).isEmpty();
    }
}
