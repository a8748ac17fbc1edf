package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.IsolationLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.reactivesessions.error.DatabaseUnavailableException;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.wire.GatedConnection;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Scopes that join, that stand beside, and that must not be where they are. */
class PropagationTest {

    private static final TransactionOptions DEFAULTS = TransactionOptions.defaults();

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();

    private Mono<Long> joined(String sql) {
        return stage.inner(Propagation.REQUIRED, connection -> update(connection, sql));
    }

    @ParameterizedTest
    @EnumSource(
            value = Propagation.class,
            names = {"REQUIRED", "MANDATORY"})
    void aJoinedScopeMustShareTheTransaction(Propagation propagation) {
        TestSubscriber<Long> subscriber = stage.run(outer -> update(outer, "OUTER")
                .then(stage.inner(propagation, inner -> {
                    assertThat(inner).isSameAs(outer);
                    return update(inner, "INNER");
                }))
                .then(update(outer, "AFTER")));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "OUTER", "INNER", "AFTER", "COMMIT");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void aJoinedStreamMustPassItsElements() {
        database.rows("ROWS", "a", "b", "c");
        TestSubscriber<String> subscriber = subscribe(stage.flux(outer ->
                Flux.from(stage.transactions().flux(DEFAULTS, inner -> Stage.rows(inner, "ROWS")))));

        assertThat(subscriber.getReceivedOnNext()).containsExactly("a", "b", "c");
        assertThat(database.wire()).containsExactly("BEGIN", "ROWS", "COMMIT");
    }

    @Test
    void anErrorOfAJoinedScopeMustEndTheOuterOneAsItIs() {
        IllegalStateException mine = new IllegalStateException("mine");
        TestSubscriber<Long> subscriber =
                stage.run(outer -> stage.inner(Propagation.REQUIRED, inner -> Mono.error(mine)));

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK mine");
    }

    @Test
    void anErrorOfAJoinedScopeThatIsSwallowedMustKeepTheOuterOneFromCommitting() {
        IllegalStateException mine = new IllegalStateException("mine");
        TestSubscriber<Long> subscriber =
                stage.run(outer -> stage.inner(Propagation.REQUIRED, inner -> Mono.<Long>error(mine))
                        .onErrorResume(swallowed -> update(outer, "AFTER")));

        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContainingAll("transfer: rolled back", "\"inner\" had joined it and failed")
                .hasCause(mine);
        assertThat(database.wire()).containsExactly("BEGIN", "AFTER", "ROLLBACK");
    }

    @Test
    void aFunctionThatThrowsInAJoinedScopeMustCountAsAnError() {
        TestSubscriber<Long> subscriber = stage.run(outer -> stage.<Long>inner(Propagation.REQUIRED, inner -> {
                    throw new NoClassDefFoundError("gone");
                })
                .onErrorReturn(1L));

        assertThat(subscriber.expectTerminalError()).hasCauseInstanceOf(NoClassDefFoundError.class);
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
    }

    @Test
    void aJoinedScopeThatIsCancelledMustKeepTheOuterOneFromCommitting() {
        database.hold("INNER");
        Sinks.Empty<Void> late = Sinks.empty();
        TestSubscriber<Long> subscriber = stage.run(
                outer -> joined("INNER").timeout(late.asMono(), Mono.just(7L)).then(update(outer, "AFTER")));
        late.tryEmitEmpty();

        assertThat(database.last("INNER").isCancelled()).isTrue();
        assertThat(subscriber.expectTerminalError())
                .isInstanceOf(TransactionRolledBackException.class)
                .hasMessageContaining("\"inner\" had joined it and was cancelled")
                .hasNoCause();
        assertThat(database.wire()).containsExactly("BEGIN", "INNER", "AFTER", "ROLLBACK");
    }

    @Test
    void aCancelBehindTheValueOfAJoinedScopeMustNotCount() {
        TestSubscriber<Long> subscriber =
                stage.run(outer -> joined("INNER").flux().next());

        assertThat(subscriber.expectTerminalSignal().isOnComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "INNER", "COMMIT");
    }

    static Stream<Arguments> conflicts() {
        return Stream.of(
                conflict("isolation", outer -> outer, inner -> inner.isolation(IsolationLevel.SERIALIZABLE)),
                conflict("read-only", TransactionOptions::readOnly, inner -> inner),
                conflict(
                        "deferrable",
                        outer -> outer.isolation(IsolationLevel.SERIALIZABLE).readOnly(),
                        inner -> inner.isolation(IsolationLevel.SERIALIZABLE)
                                .readOnly()
                                .deferrable()),
                conflict(
                        "statementTimeout PT1S, but that one has none",
                        outer -> outer,
                        inner -> inner.statementTimeout(Duration.ofSeconds(1))),
                conflict(
                        "lockTimeout PT1S, but that one has PT1.001S",
                        outer -> outer.lockTimeout(Duration.ofMillis(1_001)),
                        inner -> inner.lockTimeout(Duration.ofSeconds(1))),
                conflict(
                        "idleTimeout PT1S, but that one has PT2S",
                        outer -> outer.idleTimeout(Duration.ofSeconds(2)),
                        inner -> inner.idleTimeout(Duration.ofSeconds(1))),
                conflict(
                        "the setting app.tenant, but that one has no such setting",
                        outer -> outer,
                        inner -> inner.setting("app.tenant", "one")),
                conflict(
                        "the setting app.tenant, but that one has no such setting",
                        outer -> outer.setting("app.user", "one"),
                        inner -> inner.setting("app.tenant", "one")),
                conflict(
                        "the setting app.tenant, but that one has another value for it. Change",
                        outer -> outer.setting("app.tenant", "secret"),
                        inner -> inner.setting("app.tenant", "another secret")));
    }

    private static Arguments conflict(
            String what, UnaryOperator<TransactionOptions> outer, UnaryOperator<TransactionOptions> inner) {
        return Arguments.of(what, outer.apply(DEFAULTS.named("outer")), inner.apply(DEFAULTS.named("inner")));
    }

    @ParameterizedTest
    @MethodSource("conflicts")
    void optionsThatContradictTheOuterOnesMustBeRefusedBeforeAnythingIsSent(
            String what, TransactionOptions outer, TransactionOptions inner) {
        stage.dialect().supportsEverything();
        for (Propagation propagation : List.of(Propagation.REQUIRED, Propagation.MANDATORY, Propagation.NESTED)) {
            TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                    .mono(
                            outer,
                            session -> stage.transactions()
                                    .mono(inner.propagation(propagation), never -> update(never, "NEVER"))));

            assertThat(subscriber.expectTerminalError())
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContainingAll("inner: cannot become part", "\"outer\"", what);
        }
        assertThat(database.wire()).doesNotContain("NEVER").contains("ROLLBACK");
    }

    @Test
    void optionsThatTheOuterOneSatisfiesMustJoin() {
        stage.dialect().supportsEverything();
        TransactionOptions limited = DEFAULTS.isolation(IsolationLevel.SERIALIZABLE)
                .statementTimeout(Duration.ofSeconds(1))
                .lockTimeout(Duration.ofSeconds(1))
                .setting("app.tenant", "one")
                .setting("app.user", "two");
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .mono(
                        limited,
                        outer -> stage.transactions()
                                .mono(
                                        DEFAULTS.readOnly()
                                                .isolation(IsolationLevel.SERIALIZABLE)
                                                .statementTimeout(Duration.ofSeconds(1))
                                                .lockTimeout(Duration.ofSeconds(2))
                                                .setting("APP.tenant", "one"),
                                        inner -> update(inner, "INNER"))));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void mandatoryWithoutATransactionMustFail() {
        TestSubscriber<Long> subscriber =
                subscribe(stage.inner(Propagation.MANDATORY, inner -> update(inner, "NEVER")));

        assertThat(subscriber.expectTerminalError())
                .hasMessageContaining("inner: MANDATORY, but there is no transaction");
        assertThat(database.wire()).isEmpty();
    }

    @Test
    void aSessionIsNoTransactionForMandatory() {
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .sessionMono(session -> stage.inner(Propagation.MANDATORY, inner -> update(inner, "NEVER"))));

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("MANDATORY");
        assertThat(database.wire()).isEmpty();
    }

    @Test
    void aSessionIsNoTransactionForASavepoint() {
        TestSubscriber<Long> subscriber = subscribe(stage.transactions()
                .sessionMono(session ->
                        Mono.deferContextual(context -> context.<Scope<GatedConnection>>get(stage.transactions())
                                .nested("inner", inner -> update(inner, "NEVER")))));

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("inner: nested needs a transaction");
        assertThat(database.wire()).isEmpty();
    }

    /** Half of its work would be committed. */
    @Test
    void aJoinedScopeThatStillRunsMustKeepTheOuterOneFromCommitting() {
        Sinks.Empty<Void> late = Sinks.empty();
        List<Throwable> told = new ArrayList<>();
        TestSubscriber<Long> subscriber = stage.run(outer -> Mono.deferContextual(context -> {
            stage.inner(Propagation.REQUIRED, inner -> update(inner, "HALF").then(Mono.<Long>never()))
                    .contextWrite(context)
                    .subscribe(rows -> {}, told::add);
            return late.asMono().thenReturn(1L);
        }));
        late.tryEmitEmpty();

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("transfer: inner scope still running: inner");
        assertThat(told).singleElement().asString().contains("has ended");
        assertThat(database.wire()).containsExactly("BEGIN", "HALF", "ROLLBACK");
    }

    @Test
    void theContextOfAnotherDatabaseMustNotCount() {
        Stage other = new Stage();
        TestSubscriber<Long> subscriber =
                stage.run(outer -> other.inner(Propagation.REQUIRED, inner -> update(inner, "INNER")));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "COMMIT");
        assertThat(other.database().wire()).containsExactly("BEGIN", "INNER", "COMMIT");
    }

    @Test
    void aJoinedScopeThatComesAfterTheEndMustBeRefused() {
        List<Mono<Long>> late = new ArrayList<>();
        stage.run(outer -> Mono.deferContextual(context -> {
            late.add(joined("LATE").contextWrite(context));
            late.add(stage.inner(Propagation.NESTED, inner -> update(inner, "LATE"))
                    .contextWrite(context));
            return Mono.just(1L);
        }));

        for (Mono<Long> scope : late) {
            assertThat(subscribe(scope).expectTerminalError()).hasMessageContaining("has ended, nothing was sent");
        }
        assertThat(database.wire()).containsExactly("BEGIN", "COMMIT");
    }

    @Test
    void requiresNewMustStandBesideTheOuterTransaction() {
        Stage two = Stage.pooled(3);
        TestSubscriber<Long> subscriber = two.run(outer -> update(outer, "OUTER")
                .then(two.inner(Propagation.REQUIRES_NEW, inner -> update(inner, "INNER")))
                .then(Mono.error(new IllegalStateException("mine"))));

        assertThat(subscriber.expectTerminalError()).hasMessage("mine");
        assertThat(two.database().wire()).containsExactly("BEGIN", "OUTER", "BEGIN", "INNER", "COMMIT", "ROLLBACK");
        assertThat(two.ends()).containsExactly("COMMITTING COMMITTED", "ACTIVE ROLLED_BACK mine");
    }

    /** Every connection could be held by somebody who waits for another one, exactly then. */
    @Test
    void requiresNewMustFailAtOnceWhenEveryConnectionCouldWait() {
        TestSubscriber<Long> alone =
                stage.run(outer -> stage.inner(Propagation.REQUIRES_NEW, inner -> update(inner, "NEVER")));
        assertThat(alone.expectTerminalError())
                .isInstanceOf(DatabaseUnavailableException.class)
                .hasMessageContainingAll("inner: no second connection", "max 1");

        Stage three = Stage.pooled(3);
        three.database().hold("HELD");
        TestSubscriber<Long> third = three.run(connection -> update(connection, "HELD"));
        // Both wait, for a connection that only the third one can give back.
        List<TestSubscriber<Long>> holders = holders(three, 2);
        assertThat(three.source().status().pending()).isEqualTo(2);
        three.database().last("HELD").complete();

        assertThat(third.isTerminatedComplete()).isTrue();
        assertThat(holders).allMatch(TestSubscriber::isTerminatedComplete);

        List<TestSubscriber<Long>> all = holders(three, 3);

        assertThat(all.stream().filter(TestSubscriber::isTerminatedError)).hasSize(1);
        assertThat(all.stream().filter(TestSubscriber::isTerminatedComplete)).hasSize(2);
    }

    /** Transactions that all have a connection before the first of them asks for a second one. */
    private static List<TestSubscriber<Long>> holders(Stage stage, int count) {
        stage.database().hold("BEGIN");
        List<TestSubscriber<Long>> holders = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            holders.add(stage.run(outer -> stage.inner(Propagation.REQUIRES_NEW, inner -> update(inner, "INNER"))));
        }
        stage.database().letPass("BEGIN");
        stage.database().completeAll("BEGIN");
        return holders;
    }

    @Test
    void aCancelledWaitForASecondConnectionMustCountNoLonger() {
        Stage two = Stage.pooled(2);
        two.database().hold("HELD");
        two.run(connection -> update(connection, "HELD"));
        for (int round = 0; round < 3; round++) {
            TestSubscriber<Long> waiting =
                    two.run(outer -> two.inner(Propagation.REQUIRES_NEW, inner -> update(inner, "NEVER")));
            assertThat(two.source().status().pending()).isEqualTo(1);
            waiting.cancel();
            assertThat(two.source().status().pending()).isZero();
        }
        two.database().last("HELD").complete();
        assertThat(two.database().wire()).doesNotContain("NEVER");
    }

    @Test
    void anAcquisitionThatTakesTooLongMustNameTheInnerScope() {
        Stage two = Stage.pooled(2);
        two.database().hold("HELD");
        two.run(connection -> update(connection, "HELD"));
        TestSubscriber<Long> waiting =
                two.run(outer -> two.inner(Propagation.REQUIRES_NEW, inner -> update(inner, "NEVER")));
        two.pass(Duration.ofSeconds(6));

        assertThat(waiting.expectTerminalError()).hasMessageContaining("inner: no connection within");
        two.database().last("HELD").complete();
    }

    @Test
    void aSessionInsideATransactionMustJoinIt() {
        TestSubscriber<Long> subscriber = stage.run(outer -> stage.transactions()
                .sessionMono((GatedConnection inner) -> update(inner, "INNER"))
                .then(update(outer, "AFTER")));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "INNER", "AFTER", "COMMIT");
    }
}
