package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.reactivesessions.transaction.Stage.update;

import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;
import reactor.test.scheduler.VirtualTimeScheduler;
import reactor.test.subscriber.TestSubscriber;

/** A nested scope that is given up while it ends by itself, 10,000 times: the outer scope goes on in any case. */
class NestedRaceTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    @AfterEach
    void resetClock() {
        VirtualTimeScheduler.reset();
    }

    @Test
    void givingUpAgainstSuccess() {
        Race.run(2, () -> new GivenUp() {
            @Override
            void end(Sinks.Empty<Void> function) {
                function.tryEmitEmpty();
            }
        });
    }

    @Test
    void givingUpAgainstAnError() {
        Race.run(2, () -> new GivenUp() {
            @Override
            void end(Sinks.Empty<Void> function) {
                function.tryEmitError(new IllegalStateException("mine"));
            }
        });
    }

    /** The outer function sends a statement as soon as it has given the nested scope up. */
    private abstract static class GivenUp implements Race.Round {

        private final Stage stage = new Stage();
        private final Sinks.Empty<Void> function = Sinks.empty();
        private final Sinks.Empty<Void> impatience = Sinks.empty();
        private final TestSubscriber<Long> subscriber = TestSubscriber.create();

        GivenUp() {
            stage.mono(outer -> stage.inner(Propagation.NESTED, inner -> function.asMono())
                            .onErrorComplete()
                            .takeUntilOther(impatience.asMono())
                            .then(Mono.defer(() -> update(outer, "AFTER"))))
                    .subscribe(subscriber);
        }

        abstract void end(Sinks.Empty<Void> nested);

        @Override
        public List<Runnable> contestants() {
            return List.of(() -> end(function), impatience::tryEmitEmpty);
        }

        @Override
        public void check() {
            assertThat(subscriber.isTerminatedComplete())
                    .as("%s, %s", stage.ends(), stage.database().wire())
                    .isTrue();
            assertThat(stage.database().wire()).endsWith("AFTER", "COMMIT");
        }
    }
}
