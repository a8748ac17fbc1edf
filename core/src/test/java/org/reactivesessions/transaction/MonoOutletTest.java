package org.reactivesessions.transaction;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.reactivesessions.scripted.NothingDropped;
import org.reactivesessions.scripted.Race;
import reactor.core.publisher.Operators;
import reactor.test.subscriber.TestSubscriber;
import reactor.util.context.Context;

class MonoOutletTest {

    @RegisterExtension
    final NothingDropped dropped = new NothingDropped();

    private final Target target = new Target();
    private final MonoOutlet<String> outlet = new MonoOutlet<>(target.subscriber);

    /** A subscriber and what its discard hook gets. */
    private static final class Target {

        private final List<Object> discarded = new CopyOnWriteArrayList<>();
        private final TestSubscriber<String> subscriber = TestSubscriber.builder()
                .initialRequest(0)
                .contextPutAll(Operators.enableOnDiscard(Context.empty(), discarded::add))
                .build();

        Target() {
            subscriber.onSubscribe(Operators.emptySubscription());
        }
    }

    @Test
    void theFunctionMustBeAskedForEverythingAtOnceAndForNothingMore() {
        assertThat(outlet.initialDemand()).isEqualTo(Long.MAX_VALUE);
        assertThat(outlet.requested(5)).isZero();
        assertThat(outlet.delivered()).isZero();
    }

    @Test
    void aValueMustWaitForTheEnd() {
        outlet.requested(1);
        outlet.next("value");
        assertThat(target.subscriber.getReceivedOnNext()).isEmpty();

        outlet.end(null);

        assertThat(target.subscriber.getReceivedOnNext()).containsExactly("value");
        assertThat(target.subscriber.isTerminatedComplete()).isTrue();
    }

    @Test
    void aValueMustWaitForDemand() {
        outlet.next("value");
        outlet.end(null);
        assertThat(target.subscriber.isTerminated()).isFalse();

        outlet.requested(1);
        outlet.requested(1);

        assertThat(target.subscriber.getReceivedOnNext()).containsExactly("value");
        assertThat(target.subscriber.isTerminatedComplete()).isTrue();
        assertThat(target.subscriber.getProtocolErrors()).isEmpty();
    }

    @Test
    void anEmptyEndMustNotWaitForDemand() {
        outlet.end(null);
        outlet.requested(1);

        assertThat(target.subscriber.isTerminatedComplete()).isTrue();
        assertThat(target.subscriber.getProtocolErrors()).isEmpty();
    }

    @Test
    void anErrorMustDiscardTheValue() {
        outlet.requested(1);
        outlet.next("value");
        outlet.end(new IllegalStateException("failed"));

        assertThat(target.subscriber.expectTerminalError()).hasMessage("failed");
        assertThat(target.discarded).containsExactly("value");
    }

    @Test
    void aDiscardMustCountOnce() {
        outlet.next("value");
        outlet.end(null);
        outlet.discard();
        outlet.discard();
        outlet.requested(1);

        assertThat(target.discarded).containsExactly("value");
        assertThat(target.subscriber.getReceivedOnNext()).isEmpty();
    }

    @Test
    void aDeliveredValueMustNotBeDiscarded() {
        outlet.requested(1);
        outlet.next("value");
        outlet.end(null);
        outlet.discard();

        assertThat(target.discarded).isEmpty();
    }

    /** The function's publisher may be on its way into {@code next} when the clean-up has already ended. */
    @Test
    void aValueThatComesAfterTheDiscardMustBeDiscarded() {
        outlet.discard();
        outlet.next("late");

        assertThat(target.discarded).containsExactly("late");
    }

    @Test
    void aSecondValueMustBeDropped() {
        outlet.next("first");
        outlet.next("second");
        outlet.requested(1);
        outlet.end(null);

        assertThat(target.subscriber.getReceivedOnNext()).containsExactly("first");
        assertThat(dropped.take()).containsExactly("second");
    }

    @Test
    void aCommittedValueMustBeEitherDeliveredOrDiscarded() {
        Race.run(2, RequestAgainstCancel::new);
    }

    @Test
    void demandMustMeetTheEndExactlyOnce() {
        Race.run(2, RequestAgainstEnd::new);
    }

    private static final class RequestAgainstCancel implements Race.Round {

        private final Target target = new Target();
        private final MonoOutlet<String> outlet = new MonoOutlet<>(target.subscriber);

        RequestAgainstCancel() {
            outlet.next("value");
            outlet.end(null);
        }

        @Override
        public List<Runnable> contestants() {
            return List.of(() -> outlet.requested(1), outlet::discard);
        }

        @Override
        public void check() {
            assertThat(target.subscriber.getReceivedOnNext().size() + target.discarded.size())
                    .isEqualTo(1);
        }
    }

    private static final class RequestAgainstEnd implements Race.Round {

        private final Target target = new Target();
        private final MonoOutlet<String> outlet = new MonoOutlet<>(target.subscriber);

        RequestAgainstEnd() {
            outlet.next("value");
        }

        @Override
        public List<Runnable> contestants() {
            return List.of(() -> outlet.requested(1), () -> outlet.end(null));
        }

        @Override
        public void check() {
            assertThat(target.subscriber.getReceivedOnNext()).containsExactly("value");
            assertThat(target.subscriber.isTerminatedComplete()).isTrue();
        }
    }
}
