package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.Connection;
import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import io.r2dbc.spi.Result;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.dialect.FailureClass;
import org.reactivesessions.error.WriteOutsideTransactionException;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.scripted.ScriptedGuard;
import org.reactivesessions.wire.StatementCall;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.test.subscriber.TestSubscriber;

/** A connection whose guard may be down, is down, or is taken down for somebody. */
class GuardedConnectionTest {

    private static final String INSERT = "INSERT INTO item VALUES (1)";
    private static final String SET = "SET work_mem = 1";

    private final ScriptedGuard guard = new ScriptedGuard();

    @RegisterExtension
    final Stage stage = Stage.guarded(guard);

    private final ScriptedDatabase database = stage.database();
    private final R2dbcBadGrammarException no = new R2dbcBadGrammarException("no", "57014");

    private void transaction(String sql) {
        assertThat(stage.run(connection -> update(connection, sql)).isTerminatedComplete())
                .as(sql)
                .isTrue();
    }

    private TestSubscriber<Long> session(String sql) {
        return subscribe(stage.transactions()
                .sessionMono(connection -> connection
                        .rowsUpdated(new StatementCall(sql, false, statement -> {}))
                        .reduce(0L, Long::sum)));
    }

    // ---------------------------------------------------------------- settings that may have changed

    @Test
    void afterAChangeOfSettingsTheNextBeginMustLookAndBeWaitedFor() {
        transaction(SET);
        database.hold("LOOK");
        List<String> calls = new ArrayList<>();
        TestSubscriber<Long> subscriber = stage.run(connection -> {
            calls.add("called");
            return update(connection, INSERT);
        });
        assertThat(calls).isEmpty();
        assertThat(database.wire()).containsExactly("BEGIN", SET, "COMMIT", "BEGIN", "LOOK");
        database.last("LOOK").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).endsWith("BEGIN", "LOOK", INSERT, "COMMIT");
    }

    @Test
    void afterALookThatFoundItUpTheNextMustNotWait() {
        transaction(SET);
        transaction(INSERT);
        database.hold("BEGIN", INSERT);
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, INSERT));
        assertThat(database.wire()).endsWith("COMMIT", "BEGIN", INSERT);
        database.last("BEGIN").complete();
        database.last(INSERT).complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.opened()).isEqualTo(1);
    }

    @Test
    void aConnectionWhoseGuardWasFoundDownMustBeDestroyedAfterThatTransaction() {
        transaction(SET);
        guard.isUp(false);
        transaction(INSERT);

        assertThat(database.wire()).containsExactly("BEGIN", SET, "COMMIT", "BEGIN", "LOOK", INSERT, "COMMIT", "CLOSE");
    }

    @Test
    void aLookThatFailsMustLeaveTheConnectionSuspect() {
        transaction(SET);
        database.fails("BEGIN", () -> no);
        assertThat(stage.run(connection -> update(connection, INSERT)).expectTerminalError())
                .isSameAs(no);

        assertThat(database.wire()).containsExactly("BEGIN", SET, "COMMIT", "BEGIN", "CLOSE");
    }

    @Test
    void aChangeOfSettingsThatIsRolledBackMustBeLookedAtToo() {
        stage.run(connection -> update(connection, SET).then(Mono.<Long>error(new IllegalStateException("mine"))));
        transaction(INSERT);

        assertThat(database.wire()).containsExactly("BEGIN", SET, "ROLLBACK", "BEGIN", "LOOK", INSERT, "COMMIT");
    }

    @Test
    void aChangeOfSettingsOutsideATransactionMustBeLookedAtToo() {
        session(SET);
        transaction(INSERT);

        assertThat(database.wire()).containsExactly(SET, "BEGIN", "LOOK", INSERT, "COMMIT");
    }

    @Test
    void aConnectionThatWasOpenedWithoutAGuardMustNotBeAsked() {
        guard.isUp(false);
        database.hold("BEGIN");
        TestSubscriber<Long> subscriber = stage.run(connection -> update(connection, INSERT));
        assertThat(database.wire()).containsExactly("BEGIN");
        database.last("BEGIN").complete();
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        database.letPass("BEGIN");
        transaction(SET);
        transaction(INSERT);

        assertThat(database.wire()).doesNotContain("LOOK", "CLOSE");
    }

    // ---------------------------------------------------------------- a write in a session

    @Test
    void aWriteThatIsRefusedInASessionMustSayWhatToDo() {
        stage.dialect().classified(FailureClass.READ_ONLY, no::equals);
        database.fails(INSERT, () -> no);

        for (String before : List.of("SELECT 1", SET)) { // as certain of the guard as one can be, and not
            session(before);
            assertThat(session(INSERT).expectTerminalError())
                    .isInstanceOf(WriteOutsideTransactionException.class)
                    .hasCause(no)
                    .hasMessageContaining("Use withTransaction, or autocommitWrites(true).");
        }
    }

    @Test
    void anyOtherErrorInASessionMustStayWhatItIs() {
        database.fails(INSERT, () -> no);

        assertThat(session(INSERT).expectTerminalError()).isSameAs(no);
    }

    @Test
    void aWriteThatIsRefusedWithoutAGuardMustStayWhatItIs() {
        guard.isUp(false);
        stage.dialect().classified(FailureClass.READ_ONLY, no::equals);
        database.fails(INSERT, () -> no);

        assertThat(session(INSERT).expectTerminalError()).isSameAs(no);
    }

    // ---------------------------------------------------------------- a connection that is lent

    private Connection borrow() {
        return Objects.requireNonNull(
                subscribe(stage.transactions().connectionFactory().create())
                        .getReceivedOnNext()
                        .get(0));
    }

    private static TestSubscriber<Long> write(Connection lent) {
        return subscribe(Flux.from(lent.createStatement(INSERT).execute())
                .concatMap(Result::getRowsUpdated)
                .reduce(0L, Long::sum));
    }

    private static TestSubscriber<Void> giveBack(Connection lent) {
        return subscribe(Mono.fromDirect(lent.close()));
    }

    @Test
    void theGuardMustBeDownForALibraryAndUpAgainAfterwards() {
        Connection lent = borrow();
        assertThat(write(lent).isTerminatedComplete()).isTrue();
        assertThat(giveBack(lent).isTerminatedComplete()).isTrue();
        transaction(INSERT);

        assertThat(database.wire()).containsExactly("LOWER", INSERT, "RAISE", "BEGIN", INSERT, "COMMIT");
    }

    @Test
    void aLibraryMustNotWaitForTheGuardToBeDown() {
        database.hold("LOWER", INSERT);
        Connection lent = borrow();
        TestSubscriber<Long> written = write(lent);
        assertThat(database.wire()).containsExactly("LOWER", INSERT);
        database.last("LOWER").complete();
        database.last(INSERT).complete();
        giveBack(lent);

        assertThat(written.isTerminated()).isTrue();
        assertThat(database.wire()).containsExactly("LOWER", INSERT, "RAISE");
    }

    @Test
    void theGuardMustBeDownAlsoIfNobodyKnowsWhetherItIsUp() {
        transaction(SET);
        Connection lent = borrow();
        write(lent);
        giveBack(lent);
        transaction(INSERT);

        assertThat(database.wire())
                .containsExactly("BEGIN", SET, "COMMIT", "LOWER", INSERT, "RAISE", "BEGIN", "LOOK", INSERT, "COMMIT");
    }

    @Test
    void aTransactionThatALibraryLeavesOpenMustBeRolledBackBeforeTheGuardIsUp() {
        Connection lent = borrow();
        subscribe(Mono.fromDirect(lent.beginTransaction()));
        giveBack(lent);

        assertThat(database.wire()).containsExactly("LOWER", "BEGIN", "ROLLBACK", "RAISE");
    }

    @Test
    void aGuardThatCannotBeRaisedMustCostTheConnection() {
        database.fails("RAISE", () -> no);
        Connection lent = borrow();
        write(lent);
        giveBack(lent);

        assertThat(database.wire()).containsExactly("LOWER", INSERT, "RAISE", "CLOSE");
    }

    @Test
    void aGuardThatIsLostWhileItIsRaisedMustCostTheConnection() {
        database.fails("RAISE", () -> new R2dbcNonTransientResourceException("lost", "08006"));
        Connection lent = borrow();
        write(lent);
        giveBack(lent);

        assertThat(database.wire()).containsExactly("LOWER", INSERT, "RAISE", "CLOSE");
    }

    /** It would go back to the pool with a BEGIN on the wire. */
    @Test
    void aGuardThatCannotBeLoweredMustCostTheConnectionIfSomethingIsBehind() {
        database.hold("LOWER", "BEGIN");
        List<Throwable> heard = new ArrayList<>();
        Mono.fromDirect(borrow().beginTransaction()).subscribe(nothing -> {}, heard::add);
        database.last("LOWER").fail(no);

        assertThat(heard).containsExactly(no);
        assertThat(database.wire()).containsExactly("LOWER", "BEGIN", "CLOSE");
    }
}
