package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

class FluxOutletTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final Listening actual = new Listening();
    private final FluxOutlet<String> outlet = new FluxOutlet<>(actual);

    @Test
    void demandMustPassThroughAndNothingBeAskedForByItself() {
        assertThat(outlet.initialDemand()).isZero();
        assertThat(outlet.requested(5)).isEqualTo(5);
    }

    @Test
    void elementsMustPassAsTheyComeAndBeCounted() {
        outlet.next("a");
        outlet.next("b");
        assertThat(actual.heard).containsExactly("a", "b");
        outlet.end(null);
        outlet.discard();

        assertThat(actual.heard).containsExactly("a", "b", "complete");
        assertThat(outlet.delivered()).isEqualTo(2);
    }

    @Test
    void anErrorMustPass() {
        outlet.end(new IllegalStateException("failed"));

        assertThat(actual.heard).containsExactly("failed");
    }

    @Test
    void whatTheSubscriberThrowsMustPass() {
        actual.during = element -> {
            throw new IllegalStateException(element);
        };

        assertThatIllegalStateException().isThrownBy(() -> outlet.next("a")).withMessage("a");
    }

    /** A function's publisher may answer a request inside {@code onNext} with the next element at once. */
    @Test
    void anElementInsideAnElementMustPass() {
        actual.during = element -> {
            if (element.equals("a")) {
                outlet.next("b");
            }
        };
        outlet.next("a");
        outlet.end(null);

        assertThat(actual.heard).containsExactly("a", "b", "complete");
    }

    @Test
    void theEndMustWaitForARunningElement() {
        actual.during = element -> {
            outlet.end(null);
            actual.heard.add("still " + element);
        };
        outlet.next("a");

        assertThat(actual.heard).containsExactly("a", "still a", "complete");
    }

    @Test
    void theEndMustComeAlsoBehindAnElementWhoseSubscriberThrew() {
        actual.during = element -> {
            outlet.end(new IllegalStateException("end"));
            throw new IllegalStateException("thrown");
        };

        assertThatIllegalStateException().isThrownBy(() -> outlet.next("a")).withMessage("thrown");
        assertThat(actual.heard).containsExactly("a", "end");
    }

    @Test
    void anElementAfterTheEndMustBeDiscarded() {
        outlet.end(null);
        outlet.next("late");

        assertThat(actual.heard).containsExactly("complete");
        assertThat(actual.discarded).containsExactly("late");
        assertThat(outlet.delivered()).isZero();
    }

    @Test
    void whatIsSealedMustLetNothingOutButTheEnd() {
        assertThat(outlet.seal()).isTrue();
        outlet.next("late");
        outlet.end(new IllegalStateException("end"));

        assertThat(actual.heard).containsExactly("end");
        assertThat(actual.discarded).containsExactly("late");
    }

    @Test
    void whatHasDeliveredMustNotBeSealedAndMayEnd() {
        outlet.next("a");
        assertThat(outlet.seal()).isFalse();
        outlet.end(null);

        assertThat(actual.heard).containsExactly("a", "complete");
    }

    /** Either the element is seen, or whoever seals is told that none is: what is repeated is not delivered twice. */
    @Test
    void anElementAgainstTheSeal() {
        Race.run(2, NextAgainstSeal::new);
    }

    private static final class NextAgainstSeal implements Race.Round {

        private final Listening actual = new Listening();
        private final FluxOutlet<String> outlet = new FluxOutlet<>(actual);
        private volatile boolean sealed;

        @Override
        public List<Runnable> contestants() {
            return List.of(() -> outlet.next("a"), () -> sealed = outlet.seal());
        }

        @Override
        public void check() {
            assertThat(actual.heard.isEmpty()).isEqualTo(sealed);
        }
    }

    @Test
    void signalsMustNeverOverlap() {
        Race.run(2, NextAgainstEnd::new);
    }

    private static final class NextAgainstEnd implements Race.Round {

        private final Listening actual = new Listening();
        private final FluxOutlet<String> outlet = new FluxOutlet<>(actual);

        @Override
        public List<Runnable> contestants() {
            actual.during = element -> {
                for (int i = 0; i < 50; i++) {
                    Thread.onSpinWait();
                }
                actual.heard.add("still " + element);
            };
            return List.of(() -> outlet.next("a"), () -> outlet.end(null));
        }

        @Override
        public void check() {
            if (actual.discarded.isEmpty()) {
                assertThat(actual.heard).containsExactly("a", "still a", "complete");
            } else {
                assertThat(actual.heard).containsExactly("complete");
            }
        }
    }

    /** Not thread-safe on purpose: the outlet has to keep its signals apart. */
    private static final class Listening implements CoreSubscriber<String> {

        private final List<String> heard = new ArrayList<>();
        private final List<Object> discarded = new ArrayList<>();
        private Consumer<String> during = element -> {};

        @Override
        public Context currentContext() {
            return Operators.enableOnDiscard(Context.empty(), discarded::add);
        }

        @Override
        public void onSubscribe(Subscription subscription) {
            // The outlet never subscribes.
        }

        @Override
        public void onNext(String element) {
            heard.add(element);
            during.accept(element);
        }

        @Override
        public void onError(Throwable error) {
            heard.add(String.valueOf(error.getMessage()));
        }

        @Override
        public void onComplete() {
            heard.add("complete");
        }
    }
}
