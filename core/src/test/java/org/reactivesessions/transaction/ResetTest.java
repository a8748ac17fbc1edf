package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.pool.ResetPolicy;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** A connection on which something was left: what comes between the last answer and the next borrower. */
class ResetTest {

    private static final String SET = "SET work_mem = 1";
    private static final String INSERT = "INSERT INTO item VALUES (1)";
    private static final String RESET = "reset";
    private static final Duration CONTROL = Duration.ofSeconds(5);
    private static final PoolStatus IDLE = new PoolStatus(0, 1, 0, 1, 1, 0, 0);
    private static final PoolStatus HELD = new PoolStatus(1, 0, 0, 1, 1, 0, 0);
    private static final PoolStatus DESTROYED = new PoolStatus(0, 0, 0, 0, 1, 0, 0);

    @RegisterExtension
    final Stage stage = Stage.resetting(ResetPolicy.WHEN_DIRTY);

    private final ScriptedDatabase database = stage.database();

    private TestSubscriber<Long> transaction(String sql) {
        return stage.run(connection -> update(connection, sql));
    }

    @Test
    void whoLeavesNothingMustPayNothing() {
        transaction(INSERT);

        assertThat(database.wire()).containsExactly("BEGIN", INSERT, "COMMIT");
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void theSubscriberMustHearWhenTheConnectionIsFree() {
        database.hold(RESET);
        TestSubscriber<Long> subscriber = transaction(SET);
        assertThat(database.wire()).containsExactly("BEGIN", SET, "COMMIT", RESET);
        assertThat(subscriber.isTerminated()).isFalse();
        assertThat(stage.source().status()).isEqualTo(HELD);
        database.last(RESET).complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    /** The guard is up again, so it need not be looked for. */
    @Test
    void theNextMustBeginAsAlways() {
        transaction(SET);
        transaction(INSERT);

        assertThat(database.wire()).containsExactly("BEGIN", SET, "COMMIT", RESET, "BEGIN", INSERT, "COMMIT");
    }

    @Test
    void whatIsRolledBackMustBeResetAfterwards() {
        IllegalStateException mine = new IllegalStateException("mine");
        TestSubscriber<Object> subscriber =
                stage.run(connection -> update(connection, SET).then(Mono.error(mine)));

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        assertThat(database.wire()).containsExactly("BEGIN", SET, "ROLLBACK", RESET);
    }

    @Test
    void whoLeavesMustBeFollowedByTheReset() {
        database.hold(INSERT);
        TestSubscriber<Long> subscriber =
                stage.run(connection -> update(connection, SET).then(update(connection, INSERT)));
        subscriber.cancel();
        database.last(INSERT).complete();

        assertThat(database.wire()).containsExactly("BEGIN", SET, INSERT, "ROLLBACK", RESET);
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void aSessionMustBeResetToo() {
        subscribe(stage.transactions().sessionMono(connection -> update(connection, SET)));

        assertThat(database.wire()).containsExactly(SET, RESET);
    }

    @Test
    void anInnerScopeMustLeaveItToTheOuterOne() {
        stage.run(outer -> stage.inner(Propagation.NESTED, inner -> update(inner, SET))
                .then(stage.inner(Propagation.REQUIRED, inner -> update(inner, SET)))
                .then(update(outer, INSERT)));

        assertThat(database.wire()).endsWith(INSERT, "COMMIT", RESET).containsOnlyOnce(RESET);
    }

    @Test
    void aLibrarysConnectionMustAlwaysBeReset() {
        Connection lent = Objects.requireNonNull(
                subscribe(stage.transactions().connectionFactory().create())
                        .getReceivedOnNext()
                        .get(0));
        subscribe(Mono.fromDirect(lent.close()));

        assertThat(database.wire()).containsExactly(RESET);
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void whatCannotBeTakenAwayMustCostTheConnection() {
        TestSubscriber<Long> subscriber = transaction("SELECT setseed(1)");

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).endsWith("COMMIT", "CLOSE").doesNotContain(RESET);
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aResetThatFailsMustCostTheConnectionAndNothingElse() {
        database.fails(RESET, () -> new IllegalStateException("no reset"));
        TestSubscriber<Long> subscriber = transaction(SET);

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(subscriber.getReceivedOnNext()).hasSize(1);
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void aResetThatHangsMustCostTheConnectionAtItsLimitAndNothingElse() {
        database.hold(RESET);
        TestSubscriber<Long> subscriber = transaction(SET);
        stage.pass(CONTROL.minusMillis(1));
        assertThat(stage.source().status()).isEqualTo(HELD);
        stage.pass(Duration.ofMillis(1));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    @Test
    void whoHasATimeMustNotWaitLongerThanThat() {
        database.hold(RESET);
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        TransactionOptions.defaults().named("timed").timeout(Duration.ofSeconds(1)),
                        connection -> update(connection, SET)));
        stage.pass(Duration.ofMillis(999));
        assertThat(subscriber.isTerminated()).isFalse();
        stage.pass(Duration.ofMillis(1));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(subscriber.getReceivedOnNext()).hasSize(1);
        database.last(RESET).complete();
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
        assertThat(stage.source().status()).isEqualTo(IDLE);
    }

    @Test
    void aConnectionThatComesOutInsideATransactionMustBeDestroyed() {
        database.hold(RESET);
        transaction(SET);
        stage.dialect().inTransaction(connection -> true);
        database.last(RESET).complete();

        assertThat(stage.source().status()).isEqualTo(DESTROYED);
    }

    /** Nobody could reset it behind somebody else's back. */
    @Test
    void aConnectionOnWhichSomethingWasLeftMustNotBeHandedOver() {
        database.hold(SET, "COMMIT");
        TestSubscriber<Long> first = transaction(SET);
        TestSubscriber<Long> second = transaction(INSERT);
        database.last(SET).complete();
        assertThat(database.wire()).containsExactly("BEGIN", SET, "COMMIT");
        database.letPass("COMMIT");
        database.last("COMMIT").complete();

        assertThat(database.wire()).containsExactly("BEGIN", SET, "COMMIT", RESET, "BEGIN", INSERT, "COMMIT");
        assertThat(first.isTerminatedComplete()).isTrue();
        assertThat(second.isTerminatedComplete()).isTrue();
    }
}
