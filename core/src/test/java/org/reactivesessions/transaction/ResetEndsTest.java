package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcTransientResourceException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** What may come while a connection is being reset: the end is decided by then, and told once. */
class ResetEndsTest {

    private static final String SET = "SET work_mem = 1";
    private static final String INSERT = "INSERT INTO item VALUES (1)";
    private static final String RESET = "reset";
    private static final PoolStatus IDLE = new PoolStatus(0, 1, 0, 1, 1, 0, 0);
    private static final PoolStatus DESTROYED = new PoolStatus(0, 0, 0, 0, 1, 0, 0);

    @RegisterExtension
    final Stage stage = Stage.resetting(ResetPolicy.WHEN_DIRTY);

    private final ScriptedDatabase database = stage.database();

    private TestSubscriber<Long> committed() {
        database.hold(RESET);
        return stage.run(connection -> update(connection, SET));
    }

    private TestSubscriber<Void> closeAtOnce() {
        return subscribe(stage.transactions().close(Duration.ZERO));
    }

    @Test
    void aCloseMustNotTakeAwayWhatIsCommitted() {
        TestSubscriber<Long> subscriber = committed();
        TestSubscriber<Void> closing = closeAtOnce();
        assertThat(closing.isTerminated()).isFalse();
        database.last(RESET).complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(subscriber.getReceivedOnNext()).hasSize(1);
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void aCloseMustWaitForAResetThatHangsNoLongerThanItsLimit() {
        TestSubscriber<Long> subscriber = committed();
        TestSubscriber<Void> closing = closeAtOnce();
        stage.pass(Duration.ofSeconds(5));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aCloseMustTellAtOnceWhatHasFailed() {
        database.hold(RESET);
        IllegalStateException mine = new IllegalStateException("mine");
        TestSubscriber<Object> subscriber =
                stage.run(connection -> update(connection, SET).then(Mono.error(mine)));
        TestSubscriber<Void> closing = closeAtOnce();

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        assertThat(closing.isTerminated()).isFalse();
        database.last(RESET).complete();
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK mine");
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void whoLeavesMustChangeNothing() {
        TestSubscriber<Long> subscriber = committed();
        subscriber.cancel();
        assertThat(database.last(RESET).isCancelled()).isFalse();
        database.last(RESET).complete();

        assertThat(subscriber.isTerminated()).isFalse();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void aConnectionThatIsLostMustCostNothingElse() {
        TestSubscriber<Long> subscriber = committed();
        database.connection(0).lose();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    /** COMMIT has a limit of its own, and was answered in it. */
    @Test
    void whoseTimeIsOverAlreadyMustNotWaitForIt() {
        database.hold("COMMIT", RESET);
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults().named("timed").timeout(Duration.ofSeconds(1)),
                        connection -> update(connection, SET)));
        stage.pass(Duration.ofSeconds(2));
        assertThat(subscriber.isTerminated()).isFalse();
        database.last("COMMIT").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(subscriber.getReceivedOnNext()).hasSize(1);
        database.last(RESET).complete();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void theHookMustComeAfterItAndHearTheOutcome() {
        database.hold(RESET);
        StringBuilder heard = new StringBuilder();
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults().named("hooked").timeout(Duration.ofSeconds(1)),
                        connection -> Mono.deferContextual(context -> {
                            Scope<?> scope = context.get(stage.transactions());
                            scope.afterCommit(() -> Mono.fromRunnable(() -> heard.append("committed")));
                            return update(connection, SET);
                        })));
        stage.pass(Duration.ofSeconds(2));
        assertThat(heard).isEmpty();
        assertThat(subscriber.isTerminated()).isFalse();
        database.last(RESET).complete();

        assertThat(heard).hasToString("committed");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void theNextAttemptMustComeAfterIt() {
        stage.dialect().classified((phase, error) -> FailureClass.SERIALIZATION);
        database.hold(RESET);
        database.fails(INSERT, () -> new R2dbcTransientResourceException("could not serialize access", "40001"));
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults()
                                .named("transfer")
                                .retry(TransactionRetry.defaults()
                                        .backoff(Duration.ofSeconds(1), Duration.ofSeconds(1))),
                        connection -> update(connection, SET).then(update(connection, INSERT))));
        stage.pass(Duration.ofSeconds(2));
        assertThat(database.wire()).containsExactly("BEGIN", SET, INSERT, "ROLLBACK", RESET);
        database.recovers(INSERT);
        database.letPass(RESET);
        database.last(RESET).complete();
        stage.pass(Duration.ofSeconds(2));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }
}
