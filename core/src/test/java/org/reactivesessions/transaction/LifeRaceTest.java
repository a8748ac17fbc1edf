package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import io.r2dbc.spi.R2dbcBadGrammarException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.EventLoop;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** Cancels against every other decision of a life, 10,000 times each. */
class LifeRaceTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    @AfterEach
    void resetClock() {
        VirtualTimeScheduler.reset();
    }

    @Test
    void cancelAgainstEverything() {
        Race.run(2, () -> new Round() {

            private final Mono<Long> transfer =
                    stage.mono(connection -> update(connection, "FIRST").then(update(connection, "SECOND")));

            @Override
            public List<Runnable> contestants() {
                return List.of(() -> transfer.subscribe(subscriber), subscriber::cancel);
            }
        });
    }

    @Test
    void cancelAgainstTheDeliveryOfAConnection() {
        Race.run(2, () -> new Round() {

            private final TestSubscriber<Long> holder = hold();

            private TestSubscriber<Long> hold() {
                stage.database().hold("HELD");
                TestSubscriber<Long> first = stage.run(connection -> update(connection, "HELD"));
                stage.mono(connection -> update(connection, "FIRST")).subscribe(subscriber);
                return first;
            }

            @Override
            public List<Runnable> contestants() {
                return List.of(() -> stage.database().last("HELD").complete(), subscriber::cancel);
            }

            @Override
            public void check() {
                assertThat(holder.isTerminatedComplete()).isTrue();
                super.check();
            }
        });
    }

    @Test
    void cancelAgainstTheAnswerToBegin() {
        Race.run(2, () -> new Held("BEGIN"));
    }

    @Test
    void cancelAgainstTheAnswerToAStatement() {
        Race.run(2, () -> new Held("FIRST"));
    }

    @Test
    void cancelAgainstTheAnswerToCommit() {
        Race.run(2, () -> new Held("COMMIT"));
    }

    /** On an event loop the two cannot meet inside one of the function's operators, so that no error is dropped. */
    @Test
    void cancelAgainstTheErrorOfAStatement() {
        try (EventLoop loop = new EventLoop()) {
            Race.run(2, () -> new Held(Stage.on(loop.scheduler()), "FIRST") {

                {
                    loop.settle();
                }

                @Override
                void answer() {
                    loop.run(
                            () -> stage.database().last("FIRST").fail(new R2dbcBadGrammarException("syntax", "42601")));
                }

                @Override
                public void check() {
                    loop.settle();
                    super.check();
                }
            });
        }
    }

    /** A transaction that waits for one answer. */
    private static class Held extends Round {

        private final String command;

        Held(String command) {
            this(new Stage(), command);
        }

        Held(Stage stage, String command) {
            super(stage);
            this.command = command;
            stage.database().hold(command);
            stage.mono(connection -> update(connection, "FIRST")).subscribe(subscriber);
        }

        void answer() {
            stage.database().last(command).complete();
        }

        @Override
        public List<Runnable> contestants() {
            return List.of(this::answer, subscriber::cancel);
        }
    }

    private abstract static class Round implements Race.Round {

        final Stage stage;
        final TestSubscriber<Long> subscriber = TestSubscriber.create();

        Round() {
            this(new Stage());
        }

        Round(Stage stage) {
            this.stage = stage;
        }

        @Override
        public void check() {
            ScriptedDatabase database = stage.database();
            List<String> wire = database.wire();
            assertThat(Collections.frequency(wire, "BEGIN"))
                    .as("transactions of %s", wire)
                    .isEqualTo(Collections.frequency(wire, "COMMIT") + Collections.frequency(wire, "ROLLBACK"));
            assertThat(wire).doesNotContain("CLOSE");
            assertThat(stage.source().status().acquired()).isZero();
            assertThat(stage.source().status().pending()).isZero();
            assertThat(stage.isQuiet()).isTrue();
            assertThat(subscriber.getProtocolErrors()).isEmpty();
            String own = stage.ends().get(stage.ends().size() - 1);
            if (subscriber.isTerminatedComplete()) {
                assertThat(stage.ends()).contains("COMMITTING COMMITTED");
            } else if (!subscriber.isTerminatedError()) {
                assertThat(own).doesNotContain("IN_DOUBT");
            }
        }
    }
}
