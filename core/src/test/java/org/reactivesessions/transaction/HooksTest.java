package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcNonTransientResourceException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.AfterCommitException;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.scripted.ScriptedDatabase;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.subscriber.TestSubscriber;

/** What is done around the end of a transaction. */
class HooksTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final ScriptedDatabase database = stage.database();
    private final List<String> seen = new ArrayList<>();
    private final IllegalStateException mine = new IllegalStateException("mine");

    private <T> TestSubscriber<T> run(Function<Scope<?>, Publisher<T>> function) {
        return stage.run(connection ->
                Flux.deferContextual(context -> function.apply(context.<Scope<?>>get(stage.transactions()))));
    }

    private <T> Mono<T> nested(Function<Scope<?>, Publisher<T>> function) {
        return stage.inner(
                Propagation.NESTED,
                connection ->
                        Flux.deferContextual(context -> function.apply(context.<Scope<?>>get(stage.transactions()))));
    }

    private Mono<Void> see(String what) {
        return Mono.fromRunnable(
                () -> seen.add(what + " " + stage.source().status().acquired()));
    }

    private void all(Scope<?> scope, String name) {
        scope.beforeCommit(() -> see(name + " before commit"));
        scope.afterCommit(() -> see(name + " after commit"));
        scope.afterRollback(() -> see(name + " after rollback"));
    }

    @Test
    void aCommitMustRunThemInOrderAndBeforeTheSubscriberHears() {
        TestSubscriber<Long> subscriber = run(scope -> {
            all(scope, "first");
            scope.beforeCommit(() -> update(scope.connection(), "HOOK"));
            all(scope, "second");
            return update(scope.connection(), "WORK");
        });

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(database.wire()).containsExactly("BEGIN", "WORK", "HOOK", "COMMIT");
        assertThat(seen)
                .containsExactly(
                        "first before commit 1",
                        "second before commit 1",
                        "first after commit 0",
                        "second after commit 0");
    }

    @Test
    void aHookThatFailsWithTheErrorItselfMustNotKeepTheEndAway() {
        TestSubscriber<Long> subscriber = run(scope -> {
            scope.afterRollback(() -> Mono.error(mine));
            return Mono.error(mine);
        });

        assertThat(subscriber.expectTerminalError()).isSameAs(mine).hasNoSuppressedExceptions();
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK mine");
    }

    @Test
    void anErrorMustRunWhatFollowsARollback() {
        TestSubscriber<Long> subscriber = run(scope -> {
            all(scope, "first");
            return Mono.error(mine);
        });

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        assertThat(seen).containsExactly("first after rollback 0");
    }

    @Test
    void aCancelMustRunWhatFollowsARollback() {
        database.hold("WORK");
        TestSubscriber<Long> subscriber = run(scope -> {
            all(scope, "first");
            return update(scope.connection(), "WORK");
        });
        subscriber.cancel();

        assertThat(seen).containsExactly("first after rollback 0");
        assertThat(stage.isQuiet()).isTrue();
    }

    @Test
    void aCancelWhileAHookRunsMustCancelItAndRollBack() {
        TestSubscriber<Long> subscriber = run(scope -> {
            scope.beforeCommit(() -> Mono.never().doOnCancel(() -> seen.add("cancelled")));
            scope.afterRollback(() -> see("after rollback"));
            return Mono.just(1L);
        });
        subscriber.cancel();

        assertThat(seen).containsExactly("cancelled", "after rollback 0");
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(stage.ends()).containsExactly("ACTIVE ROLLED_BACK");
    }

    @Test
    void anErrorBeforeCommitMustRollBack() {
        TestSubscriber<Long> subscriber = run(scope -> {
            scope.beforeCommit(() -> Mono.error(mine));
            all(scope, "first");
            return Mono.just(1L);
        });

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        assertThat(subscriber.getReceivedOnNext()).isEmpty();
        assertThat(database.wire()).containsExactly("BEGIN", "ROLLBACK");
        assertThat(seen).containsExactly("first after rollback 0");
    }

    @Test
    void aHookMayRegisterAnother() {
        TestSubscriber<Long> subscriber = run(scope -> {
            scope.beforeCommit(() -> {
                scope.beforeCommit(() -> see("second"));
                scope.afterCommit(() -> see("third"));
                return see("first");
            });
            return Mono.just(1L);
        });

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(seen).containsExactly("first 1", "second 1", "third 0");
    }

    @Test
    void anErrorAfterCommitMustSayThatItIsCommitted() {
        TestSubscriber<Long> subscriber = run(scope -> {
            scope.afterCommit(() -> {
                throw mine;
            });
            scope.afterCommit(() -> see("second"));
            return Mono.just(1L);
        });

        assertThat(subscriber.expectTerminalError())
                .isInstanceOfSatisfying(AfterCommitException.class, error -> {
                    assertThat(error.outcome()).isEqualTo(TransactionOutcome.COMMITTED);
                    assertThat(error.session()).isEqualTo("transfer");
                })
                .hasMessageContaining("transfer: the transaction is COMMITTED")
                .hasCause(mine);
        assertThat(seen).as("the next hook runs all the same").containsExactly("second 0");
        assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
    }

    @Test
    void anErrorAfterRollbackMustBeSuppressed() {
        TestSubscriber<Long> subscriber = run(scope -> {
            scope.afterRollback(() -> Mono.error(new IllegalArgumentException("hook")));
            return Mono.error(mine);
        });

        assertThat(subscriber.expectTerminalError()).isSameAs(mine);
        assertThat(mine.getSuppressed()).singleElement().isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aCancelThatComesTooLateMustStillRunThem() {
        database.hold("COMMIT");
        Sinks.Empty<Void> slow = Sinks.empty();
        TestSubscriber<Long> subscriber = run(scope -> {
            scope.afterCommit(() -> slow.asMono().then(see("after commit")));
            return Mono.just(1L);
        });
        subscriber.cancel();
        database.last("COMMIT").complete();
        assertThat(stage.isQuiet()).isFalse();
        slow.tryEmitEmpty();

        assertThat(stage.isQuiet()).isTrue();
        assertThat(seen).containsExactly("after commit 0");
    }

    @Test
    void inDoubtNoneMustRun() {
        database.fails("COMMIT", () -> new R2dbcNonTransientResourceException("lost", "08006"));
        TestSubscriber<Long> subscriber = run(scope -> {
            scope.afterCommit(() -> see("after commit"));
            scope.afterRollback(() -> see("after rollback"));
            return Mono.just(1L);
        });

        assertThat(subscriber.isTerminatedError()).isTrue();
        assertThat(seen).isEmpty();
    }

    @Test
    void whatANestedScopeRegisteredMustWaitForTheEndOfAll() {
        TestSubscriber<Long> subscriber = run(outer -> {
            all(outer, "outer");
            return nested(inner -> {
                        all(inner, "inner");
                        return Mono.just(1L);
                    })
                    .doOnNext(value -> seen.add("released"));
        });

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(seen)
                .containsExactly(
                        "released",
                        "outer before commit 1",
                        "inner before commit 1",
                        "outer after commit 0",
                        "inner after commit 0");
    }

    @Test
    void whatARolledBackNestedScopeRegisteredMustBeDropped() {
        TestSubscriber<Long> subscriber = run(outer -> {
            all(outer, "outer");
            return nested(inner -> {
                        all(inner, "inner");
                        return Mono.<Long>error(mine);
                    })
                    .onErrorReturn(1L);
        });

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(seen).containsExactly("inner after rollback 1", "outer before commit 1", "outer after commit 0");
    }

    @Test
    void whatAJoinedScopeRegisteredMustBeTheOuterScopes() {
        TestSubscriber<Long> subscriber = run(outer -> stage.inner(
                Propagation.REQUIRED,
                connection -> Mono.deferContextual(context -> {
                    all(context.<Scope<?>>get(stage.transactions()), "inner");
                    return Mono.just(1L);
                })));

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(seen).containsExactly("inner before commit 1", "inner after commit 0");
    }

    @Test
    void hooksMustNotSeeTheSession() {
        TestSubscriber<Long> subscriber = run(scope -> {
            scope.beforeCommit(() -> Mono.deferContextual(context -> {
                seen.add("session " + context.hasKey("session") + context.hasKey(stage.transactions()));
                return Mono.empty();
            }));
            return Mono.just(1L);
        });

        assertThat(subscriber.isTerminatedComplete()).isTrue();
        assertThat(seen).containsExactly("session falsefalse");
    }

    @Test
    void afterTheEndNothingMayBeRegistered() {
        AtomicReference<Scope<?>> late = new AtomicReference<>();
        run(scope -> {
            late.set(scope);
            return Mono.just(1L);
        });

        assertThatThrownBy(() -> java.util.Objects.requireNonNull(late.get()).afterCommit(Mono::empty))
                .hasMessageContaining("has ended");
    }

    @Test
    void withoutATransactionNothingMayBeRegistered() {
        TestSubscriber<Long> subscriber = Stage.subscribe(stage.transactions()
                .sessionMono(connection -> Mono.deferContextual(context -> {
                    context.<Scope<?>>get(stage.transactions()).afterCommit(Mono::empty);
                    return Mono.just(1L);
                })));

        assertThat(subscriber.expectTerminalError()).hasMessageContaining("afterCommit needs a transaction");
    }
}
