package org.reactivesessions.pool;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.r2dbc.pool.ConnectionPool;
import io.r2dbc.pool.ConnectionPoolConfiguration;
import io.r2dbc.spi.R2dbcBadGrammarException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.FailureKind;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedDialect;
import reactor.test.StepVerifier;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

class ConnectionSourceTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final VirtualTimeScheduler clock = VirtualTimeScheduler.getOrSet();
    private final ScriptedDatabase database = ScriptedDatabase.plain();
    private final ScriptedDialect dialect = new ScriptedDialect();
    private final PoolOptions options = PoolOptions.defaults().maxSize(1).acquireTimeout(Duration.ofMillis(250));
    private final ConnectionSource source = new ConnectionSource(database, dialect, options);

    @AfterEach
    void resetClock() {
        clock.dispose();
        VirtualTimeScheduler.reset();
    }

    private Throwable failure(Throwable error) {
        database.fails("CONNECT", () -> error);
        return Borrower.of(source).error();
    }

    @Test
    void aPoolMustBeRefused() {
        ConnectionPool pool = new ConnectionPool(
                ConnectionPoolConfiguration.builder(database).initialSize(0).build());

        assertThatIllegalArgumentException()
                .isThrownBy(() -> new ConnectionSource(pool, dialect, options))
                .withMessageContaining(
                        "connectionFactory must be the driver's, but was the pool ConnectionPool[Script]");
    }

    @Test
    void theFactoryMustTellWhoseConnectionsItOpens() {
        assertThat(source.metadata().getName()).isEqualTo("Script");
    }

    @Test
    void itMustOpenNothingBeforeTheFirstAcquisition() {
        assertThat(database.opened()).isZero();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
        assertThat(source.acquireTimeout()).isEqualTo(Duration.ofMillis(250));
    }

    @Test
    void aTimeoutOfAFullPoolMustNameWhoAndTheLimitAndTheStateAndTheWayOut() {
        Borrower.of(source);
        Borrower.of(source);

        assertThat(source.timedOut("transfer"))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageMatching(
                        "transfer: no connection within 250 ms \\(max 1, in use 1, waiting 1; longest held by"
                                + " \"report\" for \\d+ ms\\)\\. Raise maxSize or shorten what holds the connections\\."
                                + " \\(help: troubleshooting\\.md#saturated\\)");
    }

    @Test
    void aTimeoutOfAPoolWithRoomMustPointToTheDatabase() {
        database.hold("CONNECT");
        Borrower.of(source);

        assertThat(source.timedOut("transfer"))
                .hasMessage(
                        "transfer: no connection within 250 ms (max 1, in use 0, waiting 0). The pool has room, so"
                                + " the database did not accept a new connection in time; check that it is reachable. (help: troubleshooting.md#unreachable)");
    }

    /** A moment between two borrowers, of which there are many while the pool is full. */
    @Test
    void aTimeoutWhileAConnectionIsPassedOnMustNotPointToTheDatabase() {
        Borrower.of(source).lease().release().block();

        assertThat(source.timedOut("transfer"))
                .isInstanceOfSatisfying(
                        DatabaseUnavailableException.class,
                        full -> assertThat(full.kind()).isEqualTo(FailureKind.SATURATED))
                .hasMessageStartingWith(
                        "transfer: no connection within 250 ms (max 1, in use 0, waiting 0; longest held");
    }

    @Test
    void moreWaitingThanTheLimitMustBeRefusedAtOnce() {
        Borrower.of(source);
        List<Borrower> waiting =
                Stream.generate(() -> Borrower.of(source)).limit(10).toList();
        Throwable refusal = Borrower.of(source).error();

        assertThat(waiting).allMatch(borrower -> borrower.errors().isEmpty());
        assertThat(refusal)
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageMatching("report: no connection: 10 scopes are waiting already, which is the limit \\(max 1"
                        + " connections, all in use; longest held by \"report\" for \\d+ ms\\)\\. Raise maxSize or"
                        + " maxPending, or send less work\\. \\(help: troubleshooting\\.md#saturated\\)");
    }

    @Test
    void aDriversErrorMustPassAsItIs() {
        R2dbcBadGrammarException error = new R2dbcBadGrammarException("driver");

        assertThat(failure(error)).isSameAs(error);
    }

    @Test
    void anErrorThatIsNotOfADriverMustBecomeOneOfOurs() {
        assertThat(failure(new IOException("no route to host")))
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessage(
                        "report: no connection: no route to host. Check that the database runs and is reachable. (help: troubleshooting.md#unreachable)")
                .hasCauseInstanceOf(IOException.class);
    }

    @Test
    void anErrorWithoutAMessageMustBeNamed() {
        assertThat(failure(new IOException())).hasMessageStartingWith("report: no connection: java.io.IOException. ");
    }

    @Test
    void aConnectionThatOpensTooSlowlyMustFailAndBeClosed() {
        database.hold("CONNECT");
        Borrower borrower = Borrower.of(source);
        clock.advanceTimeBy(Duration.ofMillis(2_500));

        assertThat(borrower.error())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessage(
                        "report: no connection: the database did not accept a new one within 250 ms; check that it is"
                                + " reachable. (help: troubleshooting.md#unreachable)");
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aConnectionThatCannotTellItsIsolationLevelMustBeClosed() {
        database.onOpen(connection -> connection.throwOnIsolationLevel(new IllegalStateException("driver")));
        Borrower borrower = Borrower.of(source);

        assertThat(borrower.error()).hasMessage("report: no connection: driver (help: troubleshooting.md#refused)");
        assertThat(database.connection(0).isOpen()).isFalse();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void anIdleConnectionThatWasLostMustBeReplaced() {
        Borrower.of(source).lease().release().block();
        database.connection(0).lose();

        assertThat(Borrower.of(source).lease().connection()).isSameAs(database.connection(1));
        assertThat(source.status()).isEqualTo(new PoolStatus(1, 0, 0, 1, 1, 0, 0));
    }

    /** r2dbc-pool calls it an error that is not transient: "Connection validation failed". */
    @Test
    void anIdleConnectionThatIsLostWhileItIsChosenMustFailAsAnOutage() {
        Borrower.of(source).lease().release().block();
        dialect.inTransaction(looked -> {
            database.connection(0).lose();
            return false;
        });

        assertThat(Borrower.of(source).error())
                .isInstanceOfSatisfying(
                        DatabaseUnavailableException.class,
                        error -> assertThat(error.kind()).isEqualTo(FailureKind.UNREACHABLE))
                .hasMessageContaining("the idle connection was lost when it was about to be used");
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void anIdleConnectionInsideATransactionMustBeReplaced() {
        Borrower.of(source).lease().release().block();
        database.connection(0).inTransaction(true);

        assertThat(Borrower.of(source).lease().connection()).isSameAs(database.connection(1));
        assertThat(database.connection(0).isOpen()).isFalse();
    }

    @Test
    void aDialectThatThrowsMustCostTheConnectionAndNotThePool() {
        Lease lease = Borrower.of(source).lease();
        dialect.inTransaction(connection -> {
            throw new NoClassDefFoundError("dialect");
        });
        lease.release().block();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));

        Borrower.of(source);
        assertThat(database.connection(0).isOpen()).isFalse();
    }

    @Test
    void aClosedSourceMustRefuseAndCloseWhatIsIdle() {
        Borrower.of(source).lease().release().block();
        StepVerifier.create(source.close()).verifyComplete();
        StepVerifier.create(source.close()).verifyComplete();

        assertThat(database.connection(0).isOpen()).isFalse();
        assertThat(Borrower.of(source).error())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("report: no connection: the pool is closed");
    }

    @Test
    void aLeaseThatOutlivesTheSourceMustLoseItsConnection() {
        Lease lease = Borrower.of(source).lease();
        StepVerifier.create(source.close())
                .then(() -> clock.advanceTimeBy(Duration.ofSeconds(5)))
                .verifyComplete();
        assertThat(lease.isOpen()).isFalse();
        StepVerifier.create(lease.release()).verifyComplete();

        assertThat(source.status().acquired()).isZero();
        assertThat(database.wire()).containsOnly("CLOSE");
    }

    @Test
    void aConnectionThatIsBeingOpenedMustBeWaitedForAndClosed() {
        database.hold("CONNECT", "CLOSE");
        Acquisition acquisition = source.acquisition(new Borrower(), "report", false);
        acquisition.start();
        acquisition.cancel();
        TestSubscriber<Void> closing = TestSubscriber.create();
        source.close().subscribe(closing);
        database.last("CONNECT").complete();
        assertThat(closing.isTerminated()).isFalse();
        clock.advanceTimeBy(Duration.ofMillis(1));
        assertThat(closing.isTerminated()).isFalse();
        database.last("CLOSE").complete();

        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(source.status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    @Test
    void aCloseThatIsNeverAnsweredMustNotStopTheSource() {
        Borrower.of(source).lease().release().block();
        database.hold("CLOSE");

        StepVerifier.create(source.close())
                .then(() -> clock.advanceTimeBy(Duration.ofSeconds(2)))
                .verifyComplete();
    }
}
