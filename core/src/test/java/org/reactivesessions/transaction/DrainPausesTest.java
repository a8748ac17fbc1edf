package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.R2dbcRollbackException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.reactivesessions.dialect.CommitAnswer;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.resilience.ResilienceOptions;
import org.reactivesessions.scripted.ScriptedRow;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Closing while somebody is between two attempts at something. */
class DrainPausesTest extends Retried {

    private static final Duration GRACE = Duration.ofSeconds(10);

    private TestSubscriber<Long> pausing() {
        database.fails("UPDATE", Retried::conflict);
        TestSubscriber<Long> subscriber = transfer(RETRY);
        assertThat(stage.events()).containsExactly("transfer repeats 2 ROLLED_BACK could not serialize access");
        return subscriber;
    }

    @Test
    void aFurtherAttemptMustBeMadeWithinTheGrace() {
        TestSubscriber<Long> subscriber = pausing();
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(ENOUGH));
        assertThat(closing.isTerminated()).isFalse();
        database.recovers("UPDATE");
        stage.pass(WAIT);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(calls).hasValue(2);
    }

    @Test
    void afterTheGraceNoFurtherAttemptMustBeMade() {
        TestSubscriber<Long> subscriber = pausing();
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));

        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(subscriber.expectTerminalError())
                .isInstanceOfSatisfying(
                        SessionsClosedException.class,
                        closed -> assertThat(closed.outcome()).isEqualTo(TransactionOutcome.NOT_STARTED));
        assertThat(subscriber.expectTerminalError().getSuppressed())
                .singleElement()
                .isInstanceOf(R2dbcRollbackException.class);
        assertThat(stage.ends()).singleElement().asString().startsWith("ACQUIRING NOT_STARTED transfer: ended");
        stage.pass(ENOUGH);
        assertThat(calls).hasValue(1);
    }

    @Test
    void aCancelInThePauseMustBeHeardByWhoeverCloses() {
        TestSubscriber<Long> subscriber = pausing();
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(ENOUGH));
        assertThat(closing.isTerminated()).isFalse();
        subscriber.cancel();

        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).singleElement().asString().startsWith("ACTIVE ROLLED_BACK could not");
    }

    @Test
    void anAttemptThatFailsBecauseOfTheCloseMustNotBeFollowedByAnother() {
        database.hold("UPDATE");
        TestSubscriber<Long> subscriber = transfer(RETRY.onConnectionLoss(true));
        TestSubscriber<Void> closing = subscribe(stage.transactions().close(Duration.ZERO));

        assertThat(subscriber.expectTerminalError()).isInstanceOf(SessionsClosedException.class);
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.events()).isEmpty();
    }

    @Test
    void theWaitForTheNextAttemptToConnectMustEnd() {
        Stage own = Stage.resilient(ResilienceOptions.defaults().noCircuitBreaker(), 1);
        own.database().fails("CONNECT", () -> new R2dbcNonTransientResourceException("connection refused", "08001"));
        TestSubscriber<Long> subscriber = own.run(connection -> Mono.just(1L));
        assertThat(own.events()).containsExactly("transfer attempt 2");
        TestSubscriber<Void> closing = subscribe(own.transactions().close(Duration.ZERO));

        assertThat(subscriber.expectTerminalError()).isInstanceOf(SessionsClosedException.class);
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(own.ends()).singleElement().asString().startsWith("ACQUIRING NOT_STARTED");
    }

    @Test
    void theQuestionAfterALostCommitMustBeAskedWithinTheGraceAndGivenUpAfterIt() {
        Stage own = Stage.marking(2);
        own.database().rows("READY", ScriptedRow.NULL).rows("PURGE", "");
        AtomicInteger commits = new AtomicInteger();
        own.dialect()
                .commitAnswer(error -> CommitAnswer.UNKNOWN)
                .commit(connection -> commits.incrementAndGet() == 1
                        ? Mono.error(new R2dbcNonTransientResourceException("connection reset", "08006"))
                        : connection.commitTransaction());
        own.database().fails("RESOLVE", () -> new R2dbcRollbackException("lock not available", "55P03"));
        TestSubscriber<Long> subscriber = subscribe(own.transactions()
                .mono(
                        TransactionOptions.defaults()
                                .named("transfer")
                                .verification(CommitVerification.marker().within(Duration.ofHours(1))),
                        connection -> Stage.update(connection, "UPDATE")));
        TestSubscriber<Void> closing = subscribe(own.transactions().close(GRACE));
        long before = own.database().wire().stream().filter("RESOLVE"::equals).count();
        own.pass(GRACE.minusMillis(1));
        assertThat(own.database().wire().stream().filter("RESOLVE"::equals).count())
                .isGreaterThan(before);
        assertThat(subscriber.isTerminated()).isFalse();
        own.pass(Duration.ofMillis(1));

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(CommitOutcomeUnknownException.class)
                .hasMessageContaining("these sessions were closed at");
        assertThat(closing.isTerminatedComplete()).isTrue();
    }
}
