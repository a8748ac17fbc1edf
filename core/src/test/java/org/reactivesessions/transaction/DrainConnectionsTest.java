package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.Connection;
import java.time.Duration;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.SessionsClosedException;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** Closing while connections are in the hands of libraries, or of two transactions at once. */
class DrainConnectionsTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    private TestSubscriber<Void> closeAtOnce() {
        return subscribe(stage.transactions().close(Duration.ZERO));
    }

    private Connection borrow() {
        return Objects.requireNonNull(
                subscribe(stage.transactions().connectionFactory().create())
                        .getReceivedOnNext()
                        .get(0));
    }

    @Test
    void aConnectionThatWasHandedOutMustBeTakenBack() {
        Connection borrowed = borrow();
        TestSubscriber<Void> closing = closeAtOnce();

        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(stage.source().status().acquired()).isZero();
        assertThat(subscribe(Mono.fromDirect(borrowed.beginTransaction())).expectTerminalError())
                .isInstanceOf(IllegalStateException.class);
        assertThat(subscribe(Mono.fromDirect(borrowed.close())).isTerminatedComplete())
                .isTrue();
    }

    @Test
    void whatItsOwnerHasRunningMustFailAndHisTransactionBeUndone() {
        database.hold("UPDATE");
        Connection borrowed = borrow();
        subscribe(Mono.fromDirect(borrowed.beginTransaction()));
        TestSubscriber<Long> running = subscribe(
                Flux.from(borrowed.createStatement("UPDATE").execute()).concatMap(result -> result.getRowsUpdated()));
        TestSubscriber<Void> closing = closeAtOnce();

        assertThat(running.expectTerminalError())
                .isInstanceOfSatisfying(
                        SessionsClosedException.class,
                        closed -> assertThat(closed.outcome()).isNull())
                .hasMessageStartingWith("session: ended while it was running: UPDATE");
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "ROLLBACK");
        assertThat(closing.isTerminatedComplete()).isTrue();
    }

    @Test
    void whoIsStillAnsweredMustKeepItsCommitAndWhoHasItsConnectionMustNotBeStarted() {
        Stage own = Stage.overlapping();
        String behind = "BEGIN BEHIND COMMIT";
        own.database().hold("UPDATE first", "COMMIT", behind, "UPDATE second");
        TestSubscriber<Long> first = own.run(connection -> update(connection, "UPDATE first"));
        TestSubscriber<Long> second = own.run(connection -> update(connection, "UPDATE second"));
        own.database().last("UPDATE first").complete();
        assertThat(own.database().wire()).contains(behind);
        TestSubscriber<Void> closing = subscribe(own.transactions().close(Duration.ZERO));

        assertThat(first.isTerminated()).isFalse();
        assertThat(second.expectTerminalError()).isInstanceOf(SessionsClosedException.class);
        assertThat(closing.isTerminated()).isFalse();
        own.database().last("COMMIT").complete();
        own.database().last(behind).complete();

        assertThat(first.isTerminatedComplete()).isTrue();
        assertThat(closing.isTerminatedComplete()).isTrue();
        assertThat(own.source().status().acquired()).isZero();
    }

    @Test
    void whatIsInsideSomethingThatRunsMayBeginWithinTheGrace() {
        Stage own = Stage.pooled(2);
        own.database().hold("OUTER");
        TestSubscriber<Long> outer = own.run(connection -> update(connection, "OUTER")
                .then(own.inner(Propagation.REQUIRED, joined -> update(joined, "JOINED")))
                .then(own.inner(Propagation.NESTED, nested -> update(nested, "NESTED")))
                .then(own.inner(Propagation.REQUIRES_NEW, another -> update(another, "ANOTHER"))));
        TestSubscriber<Void> closing = subscribe(own.transactions().close(Duration.ofSeconds(30)));
        own.database().last("OUTER").complete();

        assertThat(outer.isTerminatedComplete()).isTrue();
        assertThat(own.database().wire()).contains("JOINED", "NESTED", "ANOTHER");
        assertThat(closing.isTerminatedComplete()).isTrue();
    }
}
