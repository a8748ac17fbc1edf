package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.reactivesessions.transaction.Stage.rows;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.IsolationLevel;
import io.r2dbc.spi.TransactionDefinition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.pool.PoolStatus;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** What a function may do, and what becomes of it. */
class FunctionTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    private void assertRolledBack(String message) {
        assertThat(database.wire()).startsWith("BEGIN").endsWith("ROLLBACK").doesNotContain("COMMIT");
        assertThat(stage.ends()).singleElement().asString().startsWith("ACTIVE ROLLED_BACK " + message);
    }

    @Test
    void itMustRunOncePerSubscription() {
        List<String> calls = new ArrayList<>();
        Mono<Long> transfer = stage.mono(connection -> {
            calls.add("called");
            return update(connection, "UPDATE");
        });
        assertThat(calls).isEmpty();
        transfer.block();
        transfer.block();

        assertThat(calls).hasSize(2);
        assertThat(database.wire()).containsExactly("BEGIN", "UPDATE", "COMMIT", "BEGIN", "UPDATE", "COMMIT");
        assertThat(database.opened()).isEqualTo(1);
    }

    @Test
    void whatItThrowsMustRollBack() {
        IllegalStateException error = new IllegalStateException("thrown");
        TestSubscriber<Object> subscriber = stage.run(connection -> {
            throw error;
        });

        assertThat(subscriber.expectTerminalError()).isSameAs(error);
        assertRolledBack("thrown");
    }

    /** Reactor rethrows a LinkageError, and the textbook way leaks the connection for ever. */
    @Test
    void aFatalErrorMustRollBackAndReachTheSubscriber() {
        TestSubscriber<Object> subscriber = stage.run(connection -> {
            throw new NoClassDefFoundError("thrown");
        });
        assertThat(subscriber.expectTerminalError()).isInstanceOf(NoClassDefFoundError.class);
        assertRolledBack("thrown");

        TestSubscriber<Object> deferred = stage.run(connection -> Mono.defer(() -> {
            throw new NoClassDefFoundError("deferred");
        }));
        assertThat(deferred.expectTerminalError()).isInstanceOf(NoClassDefFoundError.class);
    }

    @Test
    void nullInsteadOfAPublisherMustRollBack() {
        TestSubscriber<Object> subscriber = stage.run(connection -> nothing());

        assertThat(subscriber.expectTerminalError()).isInstanceOf(NullPointerException.class);
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
    }

    @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"}) // What a caller without null checks can return.
    private static <T> T nothing() {
        return null;
    }

    @Test
    void aFacadeThatCannotBeMadeMustRollBack() {
        stage.dialect().wrapped(facade -> {
            throw new IllegalStateException("dialect");
        });

        assertThat(stage.run(connection -> Mono.empty()).expectTerminalError()).hasMessage("dialect");
        assertRolledBack("dialect");
    }

    @Test
    void statementsItNeverSubscribesMustNeverBeSent() {
        TestSubscriber<String> subscriber = stage.run(connection -> {
            assertThat(update(connection, "NEVER")).isNotNull();
            return Mono.just("done");
        });

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "COMMIT");
    }

    @Test
    void completingWhileAStatementRunsMustRollBackAndNameIt() {
        database.hold("FORKED", "BEGIN");
        TestSubscriber<String> subscriber = stage.run(connection -> {
            update(connection, "FORKED").subscribe();
            return Mono.just("done");
        });
        database.last("BEGIN").complete();

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(IllegalStateException.class)
                .hasMessage(
                        "transfer: statement still running: FORKED. The function completed before its statement did;"
                                + " let the function's result wait for it.");
        assertThat(database.last("FORKED").isCancelled()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "FORKED", "ROLLBACK");
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING ROLLED_BACK");
    }

    @Test
    void completingBehindACancelledStatementMustCommit() {
        database.hold("SELECT");
        TestSubscriber<String> subscriber = stage.run(connection ->
                rows(connection, "SELECT").takeUntilOther(Mono.just("stop")).then(Mono.just("done")));

        assertThat(subscriber.getReceivedOnNext()).containsExactly("done");
        assertThat(database.wire()).endsWith("COMMIT");
    }

    @Test
    void aDoubtfulConnectionMustNotBeCommittedAndMustBeDestroyed() {
        database.hold("BEGIN");
        TestSubscriber<String> subscriber = stage.run(connection -> {
            doubt(connection);
            return Mono.just("done");
        });
        database.last("BEGIN").complete();

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("the transaction cannot be committed");
        assertThat(database.wire()).containsExactly("BEGIN", "CANCELLED", "CLOSE");
        assertThat(stage.source().status()).isEqualTo(new PoolStatus(0, 0, 0, 0, 1, 0, 0));
    }

    /** A statement whose driver throws when it is cancelled. */
    private void doubt(GatedConnection connection) {
        database.hold("CANCELLED").failsToCancel("CANCELLED");
        update(connection, "CANCELLED").subscribe().dispose();
    }

    @Test
    void aCancelThatThrowsMustStillRollBack() {
        TestSubscriber<Object> subscriber = stage.run(connection -> Mono.from(new Unwilling()));
        subscriber.cancel();

        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
        assertThat(stage.source().status()).isEqualTo(new PoolStatus(0, 1, 0, 1, 1, 0, 0));
    }

    /** A publisher of the application that throws when it is cancelled. */
    private static final class Unwilling extends Flux<Object> implements Subscription {

        @Override
        public void subscribe(CoreSubscriber<? super Object> actual) {
            actual.onSubscribe(this);
        }

        @Override
        public void request(long n) {
            // Never answers.
        }

        @Override
        public void cancel() {
            throw new NoClassDefFoundError("cancel");
        }
    }

    @Test
    void whatItSubscribesAfterItsEndMustBeRefused() {
        List<GatedConnection> kept = new ArrayList<>();
        stage.mono(connection -> {
                    kept.add(connection);
                    return Mono.just("done");
                })
                .block();

        assertThat(Stage.<Long>subscribe(Mono.defer(() -> update(kept.get(0), "LATE")))
                        .expectTerminalError())
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("scope of this session has ended");
        assertThat(database.wire()).containsExactly("BEGIN", "COMMIT");
    }

    @Test
    void optionsMustReachBeginWithTheLevelSpelledOut() {
        stage.mono(connection -> Mono.empty()).block();
        TransactionDefinition definition =
                Objects.requireNonNull(database.connection(0).definition());
        assertThat(definition.getAttribute(TransactionDefinition.ISOLATION_LEVEL))
                .isEqualTo(IsolationLevel.READ_COMMITTED);
        assertThat(definition.getAttribute(TransactionDefinition.NAME)).isEqualTo("transfer");

        List<IsolationLevel> levels = new ArrayList<>();
        stage.transactions()
                .mono(TransactionOptions.defaults().isolation(IsolationLevel.SERIALIZABLE), connection -> {
                    levels.add(connection.getTransactionIsolationLevel());
                    return Mono.empty();
                })
                .block();
        assertThat(levels).containsExactly(IsolationLevel.SERIALIZABLE);
    }

    @Test
    void contradictoryOptionsMustBeRefusedAtOnce() {
        TransactionOptions deferrable = TransactionOptions.defaults().deferrable();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stage.transactions().mono(deferrable, connection -> Mono.empty()));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> stage.transactions().flux(deferrable, connection -> Mono.empty()));
        assertThat(database.opened()).isZero();
    }
}
