package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedGuard;
import org.reactivesessions.wire.GatedConnection;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** BEGIN's answer against the function that runs before it, and against a cancel, 10,000 times each. */
class EarlyRaceTest {

    private static final String LOCK = "LOCK TABLE item";

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    @AfterEach
    void resetClock() {
        VirtualTimeScheduler.reset();
    }

    @Test
    void theFunctionsEndAgainstBegin() {
        Race.run(2, () -> new Round() {
            @Override
            public List<Runnable> contestants() {
                return List.of(this::complete, this::answer);
            }
        });
    }

    @Test
    void theFunctionsEndAgainstBeginAndACancel() {
        Race.run(3, () -> new Round() {
            @Override
            public List<Runnable> contestants() {
                return List.of(this::complete, this::answer, subscriber::cancel);
            }
        });
    }

    @Test
    void theFunctionsEndAgainstARefusalOfBeginAndACancel() {
        Race.run(3, () -> new Round() {
            @Override
            public List<Runnable> contestants() {
                return List.of(this::complete, this::refuse, subscriber::cancel);
            }
        });
    }

    /** Sent before or after the answer, in either case once. */
    @Test
    void aStatementThatHasToWaitAgainstBegin() {
        Race.run(2, () -> new Round(stage -> connection -> stage.late.asMono().then(update(connection, LOCK))) {
            @Override
            public List<Runnable> contestants() {
                return List.of(this::complete, this::answer);
            }

            @Override
            public void check() {
                super.check();
                assertThat(stage.database().wire()).containsExactly("BEGIN", LOCK, "COMMIT");
            }
        });
    }

    @Test
    void aStatementThatHasToWaitAgainstARefusalOfBegin() {
        Race.run(2, () -> new Round(stage -> connection -> stage.late.asMono().then(update(connection, LOCK))) {
            @Override
            public List<Runnable> contestants() {
                return List.of(this::complete, this::refuse);
            }

            @Override
            public void check() {
                super.check();
                assertThat(stage.database().wire()).containsExactly("BEGIN");
            }
        });
    }

    private abstract static class Round implements Race.Round {

        final Stage stage = Stage.guarded(new ScriptedGuard());
        final TestSubscriber<Long> subscriber = TestSubscriber.create();
        final Sinks.Empty<Void> late = Sinks.empty();
        private final AtomicInteger calls = new AtomicInteger();
        private boolean refused;

        Round() {
            this(round -> connection -> round.late.asMono().thenReturn(7L));
        }

        Round(Function<Round, Function<GatedConnection, Publisher<Long>>> work) {
            stage.database().hold("BEGIN");
            Function<GatedConnection, Publisher<Long>> function = work.apply(this);
            stage.<Long>mono(connection -> Mono.defer(() -> {
                        calls.incrementAndGet();
                        return Mono.fromDirect(function.apply(connection));
                    }))
                    .subscribe(subscriber);
        }

        void complete() {
            late.tryEmitEmpty();
        }

        void answer() {
            stage.database().last("BEGIN").complete();
        }

        void refuse() {
            refused = true;
            stage.database().last("BEGIN").fail(new R2dbcBadGrammarException("no", "42601"));
        }

        @Override
        public void check() {
            List<String> wire = stage.database().wire();
            assertThat(calls.get()).as("calls of the function").isEqualTo(1);
            assertThat(Collections.frequency(wire, "COMMIT") + Collections.frequency(wire, "ROLLBACK"))
                    .as("ends of %s", wire)
                    .isEqualTo(refused ? 0 : 1);
            assertThat(wire).doesNotContain("CLOSE");
            assertThat(stage.source().status().acquired()).isZero();
            assertThat(stage.isQuiet()).isTrue();
            assertThat(subscriber.getProtocolErrors()).isEmpty();
            assertThat(stage.ends()).hasSize(1);
            if (subscriber.isTerminatedComplete()) {
                assertThat(stage.ends()).containsExactly("COMMITTING COMMITTED");
            }
            if (refused) {
                assertThat(subscriber.isTerminatedComplete()).isFalse();
                assertThat(stage.ends()).singleElement().asString().contains("NOT_STARTED");
            }
        }
    }
}
