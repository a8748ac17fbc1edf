package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedGuard;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementCall;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** A function that comes to its end before BEGIN is answered. */
class EarlyEndTest {

    private static final String INSERT = "INSERT INTO item VALUES (1)";
    private static final String LOCK = "LOCK TABLE item";

    @RegisterExtension
    final Stage stage = Stage.guarded(new ScriptedGuard());

    private final ScriptedDatabase database = stage.database();
    private final List<String> calls = new ArrayList<>();
    private final Sinks.Empty<Void> late = Sinks.empty();
    private final IllegalStateException mine = new IllegalStateException("mine");

    @BeforeEach
    void holdAnswers() {
        database.hold("BEGIN", INSERT);
    }

    /** The answers come, in their order. */
    private void begin() {
        database.last("BEGIN").complete();
        database.letPass(INSERT).completeAll(INSERT);
    }

    /** As a session's statement does it: sent and read in one. */
    private static Mono<Long> count(GatedConnection connection, String sql) {
        return connection
                .rowsUpdated(new StatementCall(sql, false, statement -> {}))
                .reduce(0L, Long::sum);
    }

    @Test
    void commitMustWaitForBegin() {
        TestSubscriber<Long> subscriber = stage.run(connection -> Mono.just(7L));
        assertThat(database.wire()).containsExactly("BEGIN");
        assertThat(subscriber.isTerminated()).isFalse();
        begin();

        assertThat(subscriber.getReceivedOnNext()).containsExactly(7L);
        assertThat(database.wire()).containsExactly("BEGIN", "COMMIT");
    }

    @Test
    void hooksMustWaitForBegin() {
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .<Long>mono(
                        TransactionOptions.defaults().named("transfer"),
                        connection -> Mono.deferContextual(context -> {
                            Objects.requireNonNull(stage.transactions().outer(context))
                                    .beforeCommit(() -> Mono.fromRunnable(() -> calls.add("hook")));
                            return Mono.just(7L);
                        })));
        assertThat(calls).isEmpty();
        begin();

        assertThat(calls).containsExactly("hook");
        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void anErrorOfTheFunctionMustWaitForBeginAndRollBack() {
        TestSubscriber<Long> subscriber = stage.run(connection ->
                Mono.firstWithSignal(update(connection, INSERT), late.asMono().then(Mono.error(mine))));
        late.tryEmitEmpty();
        assertThat(subscriber.isTerminated()).isFalse();
        begin();

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        assertThat(database.wire()).containsExactly("BEGIN", INSERT, "ROLLBACK");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK mine");
    }

    @Test
    void aFunctionThatThrowsMustRollBack() {
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            throw mine;
        });
        begin();

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
    }

    @Test
    void aCancelMustWaitForBeginAndRollBack() {
        TestSubscriber<Long> subscriber = stage.run(connection -> count(connection, INSERT));
        subscriber.cancel();
        assertThat(database.last(INSERT).isCancelled()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", INSERT);
        assertThat(stage.isQuiet()).isFalse();
        database.last("BEGIN").complete();

        assertThat(database.wire()).containsExactly("BEGIN", INSERT, "ROLLBACK");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void aCancelAfterTheFunctionHasCompletedMustRollBack() {
        TestSubscriber<Long> subscriber = stage.run(connection -> Mono.just(7L));
        subscriber.cancel();
        begin();

        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void whatWaitsMustBeRefusedWhenTheScopeEndsFirst() {
        List<Throwable> refused = new ArrayList<>();
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            update(connection, LOCK).subscribe(rows -> {}, refused::add);
            return Mono.never();
        });
        subscriber.cancel();

        assertThat(refused).singleElement().asString().contains("has ended, nothing was sent");
        begin();
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
    }

    @Test
    void aStatementThatWaitsMustBeForgottenWhenItIsCancelled() {
        TestSubscriber<Long> subscriber =
                stage.run(connection -> update(connection, LOCK).timeout(late.asMono(), Mono.just(7L)));
        late.tryEmitEmpty();
        begin();

        assertThat(subscriber.getReceivedOnNext()).containsExactly(7L);
        assertThat(database.wire()).containsExactly("BEGIN", "COMMIT");
    }

    @Test
    void aFunctionThatLeavesAStatementRunningMustNotCommit() {
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            update(connection, INSERT).subscribe(rows -> {}, error -> {});
            return Mono.just(7L);
        });
        database.last("BEGIN").complete();

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("statement still running: " + INSERT);
        assertThat(database.wire()).containsExactly("BEGIN", INSERT, "ROLLBACK");
    }

    @Test
    void aFunctionThatLeavesAStatementWaitingMustNotCommitEither() {
        database.hold(LOCK);
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            update(connection, LOCK).subscribe(rows -> {}, error -> {});
            return Mono.just(7L);
        });
        begin();

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("statement still running: " + LOCK);
        assertThat(database.wire()).containsExactly("BEGIN", LOCK, "ROLLBACK");
    }
}
