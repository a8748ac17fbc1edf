package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedGuard;
import org.reactivesessions.wire.GatedConnection;
import org.reactivesessions.wire.StatementCall;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Scheduler;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** A function that runs before BEGIN is answered, and is answered well. */
class EarlyTest {

    private static final String INSERT = "INSERT INTO item VALUES (1)";
    private static final String SECOND = "INSERT INTO item VALUES (2)";
    private static final String THIRD = "INSERT INTO item VALUES (3)";
    private static final String LOCK = "LOCK TABLE item";

    @RegisterExtension
    final Stage stage = Stage.guarded(new ScriptedGuard());

    private final ScriptedDatabase database = stage.database();
    private final List<String> calls = new ArrayList<>();

    @BeforeEach
    void holdAnswers() {
        database.hold("BEGIN", INSERT);
    }

    /** The answers come, in their order. */
    private void begin() {
        database.last("BEGIN").complete();
        database.letPass(INSERT).completeAll(INSERT);
    }

    private static Flux<String> read(GatedConnection connection, String sql) {
        return connection.rows(
                new StatementCall(sql, false, statement -> {}),
                row -> Objects.requireNonNull(row.get(0, String.class)));
    }

    private <T> Mono<T> nested(Function<GatedConnection, Publisher<T>> function) {
        return stage.inner(Propagation.NESTED, function);
    }

    @Test
    void theFunctionMustBeCalledAndItsFirstStatementBeSent() {
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            calls.add("called");
            return update(connection, INSERT);
        });
        assertThat(calls).containsExactly("called");
        assertThat(database.wire()).containsExactly("BEGIN", INSERT);
        begin();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", INSERT, "COMMIT");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    /** Else the driver writes BEGIN by itself, and the statement costs a round trip more. */
    @Test
    void aThreadThatStandsStillMustNotKeepTheStatementFromBegin() {
        VirtualTimeScheduler.reset();
        try (EventLoop loop = new EventLoop()) {
            List<List<String>> stills = new ArrayList<>();
            StandingStill standing = new StandingStill(loop);
            Stage looping = Stage.guarded(standing, new ScriptedGuard());
            looping.database().hold("BEGIN", INSERT);
            standing.still = () -> stills.add(List.copyOf(looping.database().wire()));
            looping.mono(connection -> update(connection, INSERT)).subscribe(TestSubscriber.create());

            assertThat(stills)
                    .contains(List.of("BEGIN", INSERT))
                    .isSubsetOf(List.of(List.of(), List.of("BEGIN", INSERT)));
            looping.database().last("BEGIN").complete();
            looping.database().letPass(INSERT).completeAll(INSERT);
            loop.settle();
            assertThat(looping.database().wire()).containsExactly("BEGIN", INSERT, "COMMIT");
        }
    }

    /** Another thread that gives the loop a task goes on when the loop has done all of it. */
    private static final class StandingStill implements Scheduler {

        private final EventLoop loop;
        private Runnable still = () -> {};

        StandingStill(EventLoop loop) {
            this.loop = loop;
        }

        @Override
        public Disposable schedule(Runnable task) {
            Disposable scheduled = loop.scheduler().schedule(task);
            if (!Thread.currentThread().getName().equals("loop")) {
                loop.settle();
                still.run();
            }
            return scheduled;
        }

        @Override
        public Worker createWorker() {
            return loop.scheduler().createWorker();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "LOCK TABLE item",
                "SELECT 1; SELECT 2",
                "SELECT set_config('a', 'b', false)",
                "SELECT pg_notify('a', 'b')",
                "CALL p()",
                "(SELECT 1)"
            })
    void whatIsNotOnePlainStatementMustWait(String text) {
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, text));
        assertThat(database.wire()).containsExactly("BEGIN");
        begin();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", text, "COMMIT");
    }

    @Test
    void aSecondStatementMustWaitAndWhatWaitsMustKeepItsOrder() {
        TestSubscriber<Long> subscriber = stage.run(connection -> Flux.merge(
                        update(connection, INSERT),
                        update(connection, SECOND),
                        update(connection, LOCK),
                        update(connection, THIRD))
                .reduce(Long::sum));
        assertThat(database.wire()).containsExactly("BEGIN", INSERT);
        begin();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", INSERT, SECOND, LOCK, THIRD, "COMMIT");
    }

    @Test
    void behindOneThatWaitsAPlainOneMustWaitToo() {
        TestSubscriber<Long> subscriber = stage.run(connection ->
                Flux.merge(update(connection, LOCK), update(connection, INSERT)).reduce(Long::sum));
        assertThat(database.wire()).containsExactly("BEGIN");
        begin();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", LOCK, INSERT, "COMMIT");
    }

    @Test
    void ofABatchOfValuesOnlyTheFirstMustBeSent() {
        database.hold("INSERT INTO item VALUES ($1)");
        TestSubscriber<Long> subscriber = stage.run(connection -> Flux.from(connection
                        .createStatement("INSERT INTO item VALUES ($1)")
                        .bind(0, 1)
                        .add()
                        .bind(0, 2)
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .reduce(Long::sum));
        assertThat(database.wire()).containsExactly("BEGIN", "INSERT INTO item VALUES ($1) [1]");
        begin();
        database.completeAll("INSERT INTO item VALUES ($1)");

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire())
                .containsExactly(
                        "BEGIN", "INSERT INTO item VALUES ($1) [1]", "INSERT INTO item VALUES ($1) [2]", "COMMIT");
    }

    /** A column name goes into the text as it is. */
    @Test
    void aTextThatGrewMustBeReadAsAWhole() {
        TestSubscriber<Long> subscriber = stage.run(connection -> Flux.from(connection
                        .createStatement(INSERT)
                        .returnGeneratedValues("set_config('default_transaction_read_only', 'off', false)")
                        .execute())
                .flatMap(result -> result.getRowsUpdated())
                .reduce(Long::sum));
        assertThat(database.wire()).containsExactly("BEGIN");
        begin();
        assertThat(subscriber.isTerminatedComplete()).isTrue();

        database.letPass("BEGIN");
        stage.run(connection -> update(connection, INSERT));
        assertThat(database.wire()).endsWith("BEGIN", "LOOK", INSERT, "COMMIT");
    }

    @Test
    void aNestedScopeMustWait() {
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> update(inner, INSERT)));
        assertThat(database.wire()).containsExactly("BEGIN");
        database.hold("SAVEPOINT s1");
        database.last("BEGIN").complete();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", INSERT);
        database.last("SAVEPOINT s1").complete();
        database.last(INSERT).complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", INSERT, "RELEASE SAVEPOINT s1", "COMMIT");
    }

    @Test
    void aScopeThatJoinsMustNotTakeBeginForAnswered() {
        TestSubscriber<Long> subscriber =
                stage.run(outer -> stage.inner(Propagation.REQUIRED, inner -> update(inner, LOCK)));
        assertThat(database.wire()).containsExactly("BEGIN");
        begin();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", LOCK, "COMMIT");
    }

    /** Rows of the database; what a function makes up by itself is not ours to keep back. */
    @Test
    void aRowThatComesOutOfTurnMustReachNobodyAndCostTheConnection() {
        database.hold("SELECT secret");
        List<String> seen = new ArrayList<>();
        TestSubscriber<String> subscriber = subscribe(
                stage.flux(connection -> read(connection, "SELECT secret").doOnNext(seen::add)));
        database.last("SELECT secret").rows("secret");
        database.last("BEGIN").complete();

        assertThat(seen).isEmpty();
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        assertThat(subscriber.expectTerminalError())
                .hasMessageContaining("\"SELECT secret\" was answered before the scope had begun");
        assertThat(database.wire()).containsExactly("BEGIN", "SELECT secret", "CLOSE");
    }

    @Test
    void aCompletionThatComesOutOfTurnMustReachNobodyAndCostTheConnection() {
        TestSubscriber<String> subscriber = subscribe(stage.flux(connection -> read(connection, "SELECT nothing")));
        database.last("BEGIN").complete();

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("before the scope had begun");
        assertThat(database.wire()).containsExactly("BEGIN", "SELECT nothing", "CLOSE");
    }

    /** The driver sends no BEGIN while it takes the connection for being inside a transaction, for instance. */
    @Test
    void aBeginThatOpensNothingMustCostTheConnection() {
        stage.dialect().inTransaction(connection -> false);
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, INSERT));
        database.last("BEGIN").complete();

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("no transaction is open");
        assertThat(database.wire()).containsExactly("BEGIN", INSERT, "CLOSE");
        assertThat(stage.ends()).singleElement().asString().contains("NOT_STARTED");
    }

    @Test
    void aStatementThatFailsMustRollBack() {
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, INSERT));
        database.last("BEGIN").complete();
        database.last(INSERT).fail(new R2dbcBadGrammarException("syntax", "42601"));

        assertThat(subscriber.expectTerminalError()).hasMessage("syntax");
        assertThat(database.wire()).containsExactly("BEGIN", INSERT, "ROLLBACK");
    }
}
