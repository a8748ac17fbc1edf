package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.CommitOutcomeUnknownException;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Answers that do not come. The limits are 5 s for a connection, BEGIN and ROLLBACK, and 30 s for COMMIT. */
class DeadlinesTest {

    private static final Duration CONTROL = Duration.ofSeconds(5);
    private static final Duration COMMIT = Duration.ofSeconds(30);
    private static final Duration TICK = Duration.ofMillis(1);
    private static final PoolStatus DESTROYED = new PoolStatus(0, 0, 0, 0, 1, 0, 0);

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    private TestSubscriber<Long> transfer() {
        return stage.run(connection -> update(connection, "UPDATE"));
    }

    private void assertEndsAfter(Duration limit, TestSubscriber<?> subscriber) {
        stage.pass(limit.minus(TICK));
        assertThat(subscriber.isTerminated()).isFalse();
        stage.pass(TICK);
        assertThat(subscriber.isTerminated()).isTrue();
    }

    @Test
    void anAcquisitionMustFailAfterItsLimitAndNameTheScope() {
        database.hold("UPDATE");
        TestSubscriber<Long> holder = transfer();
        TestSubscriber<Long> waiting = transfer();
        assertEndsAfter(CONTROL, waiting);

        assertThat(waiting.expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageStartingWith(
                        "transfer: no connection within 5000 ms (max 1, in use 1, waiting 1; longest held by \"transfer\" for ");
        assertThat(stage.ends()).singleElement().asString().startsWith("ACQUIRING NOT_STARTED transfer:");
        database.last("UPDATE").complete();
        assertThat(holder.isTerminatedComplete()).isTrue();
    }

    @Test
    void aBeginThatIsNotAnsweredMustCostTheConnection() {
        database.hold("BEGIN");
        TestSubscriber<Long> subscriber = transfer();
        assertEndsAfter(CONTROL, subscriber);

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessage(
                        "transfer: BEGIN was not answered within 5000 ms; the connection was destroyed and nothing of"
                                + " the transaction is durable. Check that the database is reachable and not overloaded. (help: troubleshooting.md#unreachable)")
                .hasCauseInstanceOf(TimeoutException.class);
        assertThat(database.wire()).containsExactly("BEGIN", "CLOSE");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aCancelDuringABeginThatIsNotAnsweredMustEndAtItsDeadline() {
        database.hold("BEGIN");
        TestSubscriber<Long> subscriber = transfer();
        stage.pass(Duration.ofSeconds(3));
        subscriber.cancel();
        stage.pass(Duration.ofSeconds(2));

        assertThat(database.wire()).containsExactly("BEGIN", "CLOSE");
        assertThat(stage.ends()).singleElement().asString().startsWith("BEGINNING NOT_STARTED transfer: BEGIN was not");
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void aFunctionMayTakeAsLongAsItLikes() {
        database.hold("UPDATE");
        TestSubscriber<Long> subscriber = transfer();
        stage.pass(Duration.ofHours(1));
        assertThat(subscriber.isTerminated()).isFalse();
        database.last("UPDATE").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void aCommitThatIsNotAnsweredMustBeInDoubt() {
        database.hold("COMMIT");
        TestSubscriber<Long> subscriber = transfer();
        assertEndsAfter(COMMIT, subscriber);

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(CommitOutcomeUnknownException.class)
                .hasMessageContaining("it was not answered in time");
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "COMMIT", "CLOSE");
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING IN_DOUBT");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aRollbackThatIsNotAnsweredMustCostTheConnectionAndKeepTheUsersError() {
        database.hold("ROLLBACK").fails("UPDATE", () -> new IllegalStateException("the user's"));
        TestSubscriber<Long> subscriber = transfer();
        assertEndsAfter(CONTROL, subscriber);

        assertThat(subscriber.expectTerminalError())
                .hasMessage("the user's")
                .satisfies(error -> assertThat(error.getSuppressed())
                        .singleElement()
                        .satisfies(late -> assertThat(late).hasMessage("ROLLBACK was not answered within 5000 ms")));
        assertThat(database.wire()).endsWith("ROLLBACK", "CLOSE");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void anAnswerAfterTheDeadlineMustChangeNothing() {
        database.hold("ROLLBACK", "CLOSE").fails("UPDATE", () -> new IllegalStateException("the user's"));
        TestSubscriber<Long> subscriber = transfer();
        stage.pass(CONTROL);
        database.last("ROLLBACK").complete();
        assertThat(subscriber.isTerminated()).isFalse();
        database.letPass("CLOSE").last("CLOSE").complete();

        assertThat(subscriber.expectTerminalError()).hasMessage("the user's");
        assertThat(stage.ends()).hasSize(1);
    }

    @Test
    void aCloseThatIsNotAnsweredMustNotKeepTheSubscriberWaitingNorThePlace() {
        database.hold("CLOSE").fails("BEGIN", () -> new R2dbcNonTransientResourceException("gone"));
        TestSubscriber<Long> subscriber = transfer();
        stage.pass(Duration.ofSeconds(5));

        assertThat(subscriber.expectTerminalError()).hasMessage("gone");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void onALoopThatIsStuckCommitMustNotBeSentBehindItsDeadline() {
        try (EventLoop loop = new EventLoop()) {
            Stage looped = Stage.on(loop.scheduler());
            TestSubscriber<String> subscriber = looped.run(connection ->
                    Mono.<String>never().mergeWith(Mono.just("done")).next());
            loop.settle();
            assertThat(subscriber.isTerminatedComplete()).isTrue();

            looped.database().hold("UPDATE");
            TestSubscriber<Long> stuck = looped.run(connection -> update(connection, "UPDATE"));
            loop.settle();
            Runnable free = loop.occupy();
            looped.database().last("UPDATE").complete();
            assertThat(stuck.isTerminated()).isFalse();
            looped.pass(COMMIT);
            assertThat(stuck.expectTerminalError()).isInstanceOf(TimeoutException.class);
            free.run();
            loop.settle();

            assertThat(looped.database().wire()).containsExactly("BEGIN", "COMMIT", "BEGIN", "UPDATE", "CLOSE");
            assertThat(looped.ends()).endsWith("COMMITTING ROLLED_BACK COMMIT was not answered within 30000 ms");
        }
    }

    @Test
    void onALoopThatIsStuckRollbackMustNotBeSentBehindItsDeadline() {
        try (EventLoop loop = new EventLoop()) {
            Stage looped = Stage.on(loop.scheduler());
            TestSubscriber<String> subscriber = looped.run(connection -> Mono.never());
            loop.settle();
            Runnable free = loop.occupy();
            subscriber.cancel();
            looped.pass(CONTROL);
            assertThat(looped.isQuiet()).isTrue();
            free.run();
            loop.settle();

            assertThat(looped.database().wire()).containsExactly("BEGIN", "CLOSE");
            assertThat(looped.source().status()).isEqualTo(DESTROYED);
        }
    }
}
