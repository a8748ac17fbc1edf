package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import java.time.Duration;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** A connection without a transaction. */
class SessionScopeTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    private <T> TestSubscriber<T> session(Function<GatedConnection, Publisher<T>> function) {
        return subscribe(stage.transactions().sessionMono(function));
    }

    @Test
    void statementsMustStandForThemselves() {
        TestSubscriber<Long> subscriber =
                session(connection -> update(connection, "FIRST").then(update(connection, "SECOND")));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("FIRST", "SECOND");
        assertThat(stage.ends()).as("it is no transaction").isEmpty();
    }

    @Test
    void aStreamMustPassItsRows() {
        database.rows("ROWS", "a", "b");
        TestSubscriber<String> subscriber =
                subscribe(stage.transactions().sessionFlux(connection -> rows(connection, "ROWS")));

        assertThat(subscriber.getReceivedOnNext()).containsExactly("a", "b");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void anErrorMustComeAsItIs() {
        IllegalStateException mine = new IllegalStateException("mine");
        TestSubscriber<Long> subscriber =
                session(connection -> update(connection, "FIRST").then(Mono.error(mine)));

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        assertThat(database.wire()).containsExactly("FIRST");
    }

    /** The database may still be busy with it, and the next borrower must not wait for that. */
    @Test
    void aCancelledStatementMustBeFollowedByABarrier() {
        database.hold("FIRST", "SELECT 1");
        TestSubscriber<Long> subscriber = session(connection -> update(connection, "FIRST"));
        subscriber.cancel();
        assertThat(database.last("FIRST").isCancelled()).isTrue();
        assertThat(database.wire()).containsExactly("FIRST", "SELECT 1");
        assertThat(stage.source().status().acquired()).isEqualTo(1);
        database.last("SELECT 1").complete();

        assertThat(stage.isQuiet()).isTrue();
        assertThat(stage.source().status().acquired()).isZero();
    }

    @Test
    void aStatementCancelledByTheFunctionMustBeFollowedByABarrierToo() {
        database.hold("FIRST");
        Sinks.Empty<Void> late = Sinks.empty();
        TestSubscriber<Long> subscriber =
                session(connection -> update(connection, "FIRST").timeout(late.asMono(), Mono.just(7L)));
        late.tryEmitEmpty();

        assertThat(subscriber.getReceivedOnNext()).containsExactly(7L);
        assertThat(database.wire()).containsExactly("FIRST", "SELECT 1");
    }

    @Test
    void aResultNobodyHasReadMustBeFollowedByABarrierToo() {
        stage.dialect().onGate(gate -> gate.remember(() -> {}));
        TestSubscriber<String> subscriber = session(connection -> Mono.just("done"));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("SELECT 1");
    }

    @Test
    void aBarrierThatIsNotAnsweredMustCostTheConnection() {
        database.hold("FIRST", "SELECT 1");
        session(connection -> update(connection, "FIRST")).cancel();
        stage.pass(Duration.ofSeconds(6));

        assertThat(database.wire()).containsExactly("FIRST", "SELECT 1", "CLOSE");
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void aStatementLeftRunningMustBeAnError() {
        database.hold("FORKED");
        Sinks.Empty<Void> late = Sinks.empty();
        TestSubscriber<Long> subscriber = session(connection -> {
            update(connection, "FORKED").subscribe(rows -> {}, error -> {});
            return late.asMono().thenReturn(1L);
        });
        late.tryEmitEmpty();

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("session: statement still running: FORKED");
        assertThat(database.wire()).containsExactly("FORKED", "SELECT 1");
    }

    @Test
    void aConnectionLeftInATransactionMustNotBeReused() {
        stage.dialect().inTransaction(connection -> true);
        TestSubscriber<Long> subscriber = session(connection -> update(connection, "FIRST"));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).contains("CLOSE");
    }

    @Test
    void aSessionInsideASessionMustJoinIt() {
        TestSubscriber<Long> subscriber = session(outer -> stage.transactions().sessionMono(inner -> {
            assertThat(inner).isSameAs(outer);
            return update(inner, "INNER");
        }));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("INNER");
    }

    @Test
    void anErrorOfASessionThatJoinedASessionMayBeSwallowed() {
        TestSubscriber<Long> subscriber = session(outer -> stage.transactions()
                .sessionMono(inner -> Mono.<Long>error(new IllegalStateException("mine")))
                .onErrorReturn(1L));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void aTransactionInsideASessionMustHaveItsOwnConnection() {
        Stage two = Stage.pooled(2);
        TestSubscriber<Long> subscriber = subscribe(two.transactions()
                .sessionMono(outer ->
                        update(outer, "OUTER").then(two.inner(Propagation.REQUIRED, inner -> update(inner, "INNER")))));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(two.database().wire()).containsExactly("OUTER", "BEGIN", "INNER", "COMMIT");
        assertThat(two.database().opened()).isEqualTo(2);

        TestSubscriber<Long> alone =
                session(outer -> stage.inner(Propagation.REQUIRED, inner -> update(inner, "NEVER")));
        assertThat(alone.expectTerminalError()).hasMessageContaining("no second connection");
    }
}
