package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import org.reactivesessions.scripted.ScriptedDatabase;
import reactor.core.publisher.Mono;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** A transaction behind another one's COMMIT, and everything that can end either, 10,000 times each. */
class OverlapRaceTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    @AfterEach
    void resetClock() {
        VirtualTimeScheduler.reset();
    }

    /** Whoever leaves, COMMIT gets its answer: nobody but its own life may close the connection. */
    @Test
    void cancelAgainstTheHandOver() {
        Race.run(2, () -> new Round() {

            @Override
            public List<Runnable> contestants() {
                return List.of(() -> database.last("UPDATE").complete(), second::cancel);
            }

            @Override
            public void check() {
                database.last("COMMIT").complete();
                database.completeAll("BEGIN BEHIND COMMIT");
                assertCommitted();
                assertThat(second.isTerminated()).isFalse();
                super.check();
            }
        });
    }

    @Test
    void cancelAgainstTheAnswerToTheOthersCommit() {
        Race.run(2, () -> new Round() {

            {
                database.last("UPDATE").complete();
            }

            @Override
            public List<Runnable> contestants() {
                return List.of(() -> database.last("COMMIT").complete(), second::cancel);
            }

            @Override
            public void check() {
                database.completeAll("BEGIN BEHIND COMMIT");
                assertCommitted();
                super.check();
            }
        });
    }

    /** The limit for COMMIT passes while the connection is being handed over. */
    @Test
    void theLimitForCommitAgainstTheHandOver() {
        Race.run(2, () -> new Round() {

            @Override
            public List<Runnable> contestants() {
                return List.of(() -> database.last("UPDATE").complete(), () -> stage.pass(Duration.ofSeconds(30)));
            }

            @Override
            public void check() {
                stage.pass(Duration.ofSeconds(60));
                assertThat(first.isTerminatedError()).isTrue();
                assertThat(second.isTerminatedError()).isTrue();
                // In doubt if COMMIT was sent; if the limit came first, it never is.
                assertThat(stage.ends())
                        .anyMatch(end -> end.startsWith("COMMITTING IN_DOUBT")
                                || (end.startsWith("COMMITTING ROLLED_BACK")
                                        && !database.wire().contains("COMMIT")));
                assertThat(stage.ends())
                        .filteredOn(end -> end.contains("NOT_STARTED"))
                        .hasSize(1);
                super.check();
            }
        });
    }

    private abstract static class Round implements Race.Round {

        final Stage stage = Stage.overlapping();
        final ScriptedDatabase database = stage.database().hold("UPDATE", "COMMIT", "BEGIN BEHIND COMMIT");
        final TestSubscriber<Long> first = TestSubscriber.create();
        final TestSubscriber<Long> second = TestSubscriber.create();

        Round() {
            stage.mono(connection -> update(connection, "UPDATE")).subscribe(first);
            stage.mono(connection -> update(connection, "SELECT").then(Mono.<Long>never()))
                    .subscribe(second);
        }

        void assertCommitted() {
            assertThat(first.isTerminatedComplete()).isTrue();
            assertThat(stage.ends()).contains("COMMITTING COMMITTED");
            assertThat(database.wire()).doesNotContain("CLOSE");
            assertThat(Collections.frequency(database.wire(), "BEGIN BEHIND COMMIT"))
                    .isEqualTo(Collections.frequency(database.wire(), "ROLLBACK"));
        }

        @Override
        public void check() {
            assertThat(stage.source().status().acquired()).isZero();
            assertThat(stage.source().status().pending()).isZero();
            assertThat(stage.isQuiet()).isTrue();
            assertThat(first.getProtocolErrors()).isEmpty();
            assertThat(second.getProtocolErrors()).isEmpty();
            VirtualTimeScheduler.reset(); // or this round's pool would go on in the clock of all that follow
        }
    }
}
