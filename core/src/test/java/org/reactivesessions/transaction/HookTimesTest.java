package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.error.LifePhase;
import org.reactivesessions.error.TransactionOutcome;
import org.reactivesessions.observation.HookMoment;
import org.reactivesessions.observation.SessionListener;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** How long hooks took is told, with what they failed with. */
class HookTimesTest {

    @RegisterExtension
    final Stage stage = new Stage();

    private final List<String> told = new ArrayList<>();
    private final Sinks.Empty<Void> end = Sinks.empty();

    HookTimesTest() {
        stage.listener(new SessionListener() {
            @Override
            public void ended(String name, LifePhase phase, TransactionOutcome outcome, @Nullable Throwable error) {
                told.add("ended");
            }

            @Override
            public void hooksRan(String name, HookMoment moment, Duration took, @Nullable Throwable error) {
                told.add(name + " " + moment + " " + took.toMillis() + (error == null ? "" : " " + error.getMessage()));
            }
        });
    }

    private void run(Consumer<Scope<?>> registration, Mono<Void> work) {
        stage.run(connection -> Mono.deferContextual(context -> {
            registration.accept(context.<Scope<?>>get(stage.transactions()));
            return work;
        }));
    }

    @Test
    void hooksBeforeACommitMustBeTimed() {
        run(scope -> scope.beforeCommit(end::asMono), Mono.empty());
        stage.pass(Duration.ofMillis(30));
        end.tryEmitEmpty();

        assertThat(told).containsExactly("transfer BEFORE_COMMIT 30", "ended");
    }

    @Test
    void hooksAfterACommitMustBeTimedTogether() {
        run(
                scope -> {
                    scope.afterCommit(() -> Mono.delay(Duration.ofMillis(20)));
                    scope.afterCommit(() -> Mono.delay(Duration.ofMillis(5)));
                },
                Mono.empty());
        stage.pass(Duration.ofMillis(25));

        assertThat(told).containsExactly("transfer AFTER_COMMIT 25", "ended");
    }

    @Test
    void hooksAfterARollbackMustBeToldWithTheirError() {
        run(
                scope -> scope.afterRollback(() -> Mono.error(new IllegalStateException("mine"))),
                Mono.error(new IllegalStateException("yours")));

        assertThat(told).containsExactly("transfer AFTER_ROLLBACK 0 mine", "ended");
    }

    @Test
    void aHookBeforeACommitThatFailsMustBeTold() {
        run(scope -> scope.beforeCommit(() -> Mono.error(new IllegalStateException("mine"))), Mono.empty());

        assertThat(told).containsExactly("transfer BEFORE_COMMIT 0 mine", "ended");
    }

    @Test
    void whoHasNoHooksMustNotBeTold() {
        run(scope -> {}, Mono.empty());

        assertThat(told).containsExactly("ended");
    }
}
