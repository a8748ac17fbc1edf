package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.subscribe;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.error.TransactionRolledBackException;
import org.reactivesessions.error.TransactionTimeoutException;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.Disposable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** Savepoints: what is undone, what is refused beside them, and what waits. */
class NestedTest {

    private static final String TO = "ROLLBACK TO SAVEPOINT s1";
    private static final String RELEASE = "RELEASE SAVEPOINT s1";

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();
    private final IllegalStateException mine = new IllegalStateException("mine");

    private final Sinks.Empty<Void> late = Sinks.empty();
    private final Sinks.Empty<Void> later = Sinks.empty();

    private <T> Mono<T> nested(Function<GatedConnection, Publisher<T>> function) {
        return stage.inner(Propagation.NESTED, function);
    }

    @Test
    void successMustReleaseTheSavepoint() {
        TestSubscriber<Long> subscriber =
                stage.run(outer -> nested(inner -> update(inner, "INNER")).then(update(outer, "AFTER")));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", RELEASE, "AFTER", "COMMIT");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void anErrorMustUndoOnlyTheNestedScope() {
        TestSubscriber<Long> subscriber =
                stage.run(outer -> nested(inner -> update(inner, "INNER").then(Mono.<Long>error(mine)))
                        .onErrorResume(handled -> {
                            assertThat(handled).isSameAs(mine);
                            return update(outer, "AFTER");
                        }));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", TO, RELEASE, "AFTER", "COMMIT");
    }

    @Test
    void scopesMayBeNestedDeeperAndOneAfterTheOther() {
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(
                        first -> nested(second -> update(second, "DEEP")).then(update(first, "FIRST")))
                .then(nested(again -> update(again, "AGAIN"))));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire())
                .containsExactly(
                        "BEGIN",
                        "SAVEPOINT s1",
                        "SAVEPOINT s2",
                        "DEEP",
                        "RELEASE SAVEPOINT s2",
                        "FIRST",
                        RELEASE,
                        "SAVEPOINT s1",
                        "AGAIN",
                        RELEASE,
                        "COMMIT");
    }

    @Test
    void withoutATransactionItMustBeginOne() {
        TestSubscriber<Long> subscriber = subscribe(nested(inner -> update(inner, "INNER")));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "INNER", "COMMIT");
    }

    /** Beside a savepoint that is rolled back, a statement of the outer scope would be lost without a word. */
    @Test
    void whileItIsOpenTheOuterScopeMustBeRefused() {
        database.hold("INNER");
        List<Throwable> refused = new ArrayList<>();
        TestSubscriber<Long> subscriber = stage.run(outer -> {
            Mono<Long> inner = nested(session -> update(session, "INNER"));
            Mono<Long> beside = update(outer, "BESIDE").onErrorResume(error -> {
                refused.add(error);
                return Mono.just(0L);
            });
            Mono<Long> second = nested(session -> update(session, "SECOND")).onErrorResume(error -> {
                refused.add(error);
                return Mono.just(0L);
            });
            return Flux.merge(inner, beside, second).reduce(Long::sum);
        });
        database.last("INNER").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(refused)
                .hasSize(2)
                .allSatisfy(error -> assertThat(error)
                        .isInstanceOf(IllegalStateException.class)
                        .hasMessageContaining("The nested scope \"inner\" is open, nothing was sent"));
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", RELEASE, "COMMIT");
    }

    /** A timeout around the nested scope lets the function go on at once, while the savepoint is still being undone. */
    @Test
    void whileItEndsTheOuterScopeMustWait() {
        database.hold("INNER", TO);
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> update(inner, "INNER"))
                .timeout(late.asMono(), Mono.just(7L))
                .then(update(outer, "AFTER"))
                .then(nested(inner -> update(inner, "SECOND"))));
        late.tryEmitEmpty();
        assertThat(database.last("INNER").isCancelled()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", TO);
        database.last(TO).complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire())
                .containsExactly(
                        "BEGIN",
                        "SAVEPOINT s1",
                        "INNER",
                        TO,
                        RELEASE,
                        "AFTER",
                        "SAVEPOINT s1",
                        "SECOND",
                        RELEASE,
                        "COMMIT");
    }

    /** Its RELEASE may take as long as a COMMIT. */
    @Test
    void whoIsNotLetInInTimeMustHearWhoWasBeforeHim() {
        database.hold(RELEASE);
        List<Throwable> refused = new ArrayList<>();
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> update(inner, "FIRST"))
                .timeout(late.asMono(), Mono.just(7L))
                .then(nested(inner -> update(inner, "SECOND")))
                .onErrorResume(error -> {
                    refused.add(error);
                    return later.asMono().thenReturn(8L);
                }));
        late.tryEmitEmpty();
        stage.pass(Duration.ofSeconds(5).minusMillis(1));
        assertThat(refused).isEmpty();
        stage.pass(Duration.ofMillis(1));

        assertThat(refused).singleElement().isInstanceOfSatisfying(TransactionTimeoutException.class, error -> {
            assertThat(error.session()).isEqualTo("inner");
            assertThat(error.outcome()).isEqualTo(TransactionOutcome.NOT_STARTED);
            assertThat(error.limit()).isEqualTo(Duration.ofSeconds(5));
            assertThat(error)
                    .hasMessage("inner: not begun, because \"inner\", which is nested beside it, did not end within"
                            + " 5000 ms; nothing of it is durable. Begin it when the one before has ended, or"
                            + " raise TimeLimits.control. (help: troubleshooting.md#timeout)");
        });
        database.last(RELEASE).complete();
        later.tryEmitEmpty();
        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "FIRST", RELEASE, "COMMIT");
    }

    @Test
    void whileAGivenUpSavepointIsStillSetTheOuterScopeMustWait() {
        database.hold("SAVEPOINT s1", "UNDONE");
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> update(inner, "UNDONE"))
                .timeout(late.asMono(), Mono.just(7L))
                .then(update(outer, "AFTER")));
        late.tryEmitEmpty();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "UNDONE");
        database.last("SAVEPOINT s1").complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "UNDONE", TO, RELEASE, "AFTER", "COMMIT");
    }

    @Test
    void aStatementThatWaitsMustBeForgottenWhenItIsCancelled() {
        database.hold("INNER", TO);
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> update(inner, "INNER"))
                .timeout(late.asMono(), Mono.just(7L))
                .then(update(outer, "AFTER").timeout(later.asMono(), Mono.just(8L))));
        late.tryEmitEmpty();
        later.tryEmitEmpty();
        database.last(TO).complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", TO, RELEASE, "COMMIT");
    }

    @Test
    void aCancelOfTheOuterScopeMustRefuseWhatWaits() {
        database.hold("INNER", TO);
        List<Throwable> refused = new ArrayList<>();
        TestSubscriber<Long> subscriber = stage.run(outer -> Mono.deferContextual(context -> {
            Disposable inner = nested(session -> update(session, "INNER"))
                    .contextWrite(context)
                    .subscribe();
            late.asMono().subscribe(nothing -> {}, error -> {}, () -> {
                inner.dispose();
                update(outer, "FORKED").subscribe(rows -> {}, refused::add);
            });
            return Mono.never();
        }));
        late.tryEmitEmpty();
        subscriber.cancel();
        database.last(TO).complete();

        assertThat(refused).singleElement().asString().contains("has ended, nothing was sent");
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", TO, "ROLLBACK", RELEASE);
    }

    @Test
    void aCancelOfTheOuterScopeMustSendOneRollback() {
        database.hold("INNER");
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> update(inner, "INNER")));
        subscriber.cancel();

        assertThat(database.last("INNER").isCancelled()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", "ROLLBACK");
        assertThat(stage.isQuiet()).isTrue();
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    void aCancelWhileTheSavepointIsSetMustSendOneRollback() {
        database.hold("SAVEPOINT s1", "INNER");
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> update(inner, "INNER")));
        subscriber.cancel();
        assertThat(stage.isQuiet()).isFalse();
        database.last("SAVEPOINT s1").complete();

        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", "ROLLBACK");
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void aCancelWhileTheSavepointIsReleasedMustSendOneRollback() {
        database.hold(RELEASE);
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> update(inner, "INNER")));
        subscriber.cancel();
        database.last(RELEASE).complete();

        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", RELEASE, "ROLLBACK");
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void anOuterFunctionThatCompletesTooEarlyMustBeAnError() {
        database.hold("INNER");
        TestSubscriber<Long> subscriber = stage.run(outer -> Mono.deferContextual(context -> {
            nested(inner -> update(inner, "INNER")).contextWrite(context).subscribe(rows -> {}, error -> {});
            return late.asMono().thenReturn(1L);
        }));
        late.tryEmitEmpty();

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("transfer: inner scope still running: inner");
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", "ROLLBACK");
    }

    @Test
    void aStatementLeftRunningInItMustUndoIt() {
        database.hold("FORKED");
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> {
                    update(inner, "FORKED").subscribe(rows -> {}, error -> {});
                    return late.asMono().thenReturn(1L);
                })
                .onErrorResume(error -> {
                    assertThat(error).hasMessageContaining("inner: statement still running: FORKED");
                    return update(outer, "AFTER");
                }));
        late.tryEmitEmpty();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "FORKED", TO, RELEASE, "AFTER", "COMMIT");
    }

    @Test
    void aSqlErrorThatItSwallowsMustNotBeASuccess() {
        R2dbcBadGrammarException syntax = new R2dbcBadGrammarException("syntax", "42601");
        database.fails("INNER", () -> syntax)
                .fails(RELEASE, () -> new R2dbcBadGrammarException("aborted", "25P02"))
                .hold(TO);
        TestSubscriber<Long> subscriber =
                stage.run(outer -> nested(inner -> update(inner, "INNER").onErrorReturn(1L))
                        .onErrorResume(error -> {
                            assertThat(error)
                                    .isInstanceOf(TransactionRolledBackException.class)
                                    .hasCause(syntax);
                            return update(outer, "AFTER");
                        }));
        database.recovers(RELEASE).last(TO).complete();

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire())
                .containsExactly("BEGIN", "SAVEPOINT s1", "INNER", RELEASE, TO, RELEASE, "AFTER", "COMMIT");
    }

    @Test
    void aRefusedSavepointMustLeaveTheOuterScopeAlone() {
        database.fails("SAVEPOINT s1", () -> new R2dbcBadGrammarException("no", "42601"));
        database.hold("NEVER");
        TestSubscriber<Long> subscriber = stage.run(
                outer -> nested(inner -> update(inner, "NEVER")).onErrorResume(error -> update(outer, "AFTER")));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "AFTER", "COMMIT");
    }

    @Test
    void aSavepointThatIsNotAnsweredMustCostTheConnection() {
        database.hold("SAVEPOINT s1", "INNER");
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> update(inner, "INNER")));
        stage.pass(Duration.ofSeconds(6));

        assertThat(subscriber.isTerminatedError()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", "CLOSE");
    }

    @Test
    void aRollbackThatIsNotAnsweredMustCostTheConnection() {
        database.hold(TO);
        TestSubscriber<Long> subscriber =
                stage.run(outer -> nested(inner -> Mono.<Long>error(mine)).onErrorReturn(1L));
        stage.pass(Duration.ofSeconds(6));

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("the state of the connection is uncertain");
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", TO, "CLOSE");
        assertThat(stage.ends()).singleElement().asString().startsWith("COMMITTING ROLLED_BACK");
    }

    /** Behind a command that is not answered nothing is, and no limit ends a statement that has none. */
    @Test
    void whatFollowsARollbackThatIsNotAnsweredMustBeRefused() {
        database.hold(TO, "AFTER");
        TestSubscriber<Long> subscriber = stage.run(
                outer -> nested(inner -> Mono.<Long>error(mine)).onErrorResume(error -> update(outer, "AFTER")));
        stage.pass(Duration.ofSeconds(6));

        assertThat(subscriber.expectTerminalError())
                .hasMessageStartingWith("The state of the connection is uncertain, nothing was sent");
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", TO, "CLOSE");
    }

    @Test
    void aLostConnectionMustReachTheOuterScope() {
        database.fails(RELEASE, () -> new R2dbcNonTransientResourceException("lost", "08006"));
        TestSubscriber<Long> subscriber =
                stage.run(outer -> nested(inner -> update(inner, "INNER")).onErrorReturn(1L));

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("the state of the connection is uncertain");
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", "INNER", RELEASE, "CLOSE");
    }

    @Test
    void aScopeThatJoinsTheNestedOneMustUndoIt() {
        TestSubscriber<Long> subscriber = stage.run(outer -> nested(inner -> stage.transactions()
                        .mono(TransactionOptions.defaults().named("innermost"), joined -> Mono.<Long>error(mine))
                        .onErrorReturn(1L))
                .onErrorResume(error -> {
                    assertThat(error).hasMessageContainingAll("inner: rolled back", "\"innermost\"");
                    return update(outer, "AFTER");
                }));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "SAVEPOINT s1", TO, RELEASE, "AFTER", "COMMIT");
    }
}
