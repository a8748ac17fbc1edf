package org.reactivesessions.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.reactivestreams.Subscription;
import reactor.core.CoreSubscriber;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Flux;
import reactor.test.StepVerifier;
import reactor.test.publisher.TestPublisher;
import reactor.util.context.Context;

class LookaheadTest {

    private final TestPublisher<Integer> driver = TestPublisher.create();
    private final List<Object> discarded = new ArrayList<>();
    private int spares;

    private Flux<Integer> rows() {
        return new Flux<Integer>() {
            @Override
            public void subscribe(CoreSubscriber<? super Integer> actual) {
                driver.subscribe(new Lookahead<>(actual, () -> spares++));
            }
        }.doOnDiscard(Integer.class, discarded::add);
    }

    @Test
    void oneElementMoreThanWantedMustBeAskedForAndKept() {
        StepVerifier.create(rows(), 0)
                .thenRequest(2)
                .then(() -> driver.assertMinRequested(3).next(1, 2, 3))
                .expectNext(1, 2)
                .then(() -> assertThat(spares).isOne())
                .thenRequest(1)
                .expectNext(3)
                .then(driver::complete)
                .verifyComplete();
        assertThat(discarded).isEmpty();
    }

    @Test
    void theEndMustComeWithoutFurtherDemand() {
        StepVerifier.create(rows(), 0)
                .thenRequest(2)
                .then(() -> driver.next(1, 2).complete())
                .expectNext(1, 2)
                .verifyComplete();
    }

    @Test
    void theEndMustWaitForTheKeptElementAndComeOnce() {
        StepVerifier.create(rows(), 0)
                .thenRequest(1)
                .then(() -> driver.next(1, 2).complete())
                .expectNext(1)
                .thenRequest(1)
                .expectNext(2)
                .thenRequest(5)
                .verifyComplete();
    }

    @Test
    void anErrorMustOvertakeTheKeptElement() {
        StepVerifier.create(rows(), 0)
                .thenRequest(1)
                .then(() -> driver.next(1, 2).error(new IllegalStateException("planted")))
                .expectNext(1)
                .verifyErrorMessage("planted");
        assertThat(discarded).containsExactly(2);
    }

    @Test
    void aCancelMustDiscardTheKeptElement() {
        StepVerifier.create(rows(), 0)
                .thenRequest(1)
                .then(() -> driver.next(1))
                .expectNext(1)
                .then(() -> driver.next(2))
                .thenCancel()
                .verify();
        driver.assertCancelled();
        assertThat(discarded).containsExactly(2);
    }

    @Test
    void unboundedDemandMustPassThrough() {
        StepVerifier.create(rows().contextWrite(Context.empty()))
                .then(() -> driver.next(1, 2, 3).complete())
                .expectNext(1, 2, 3)
                .verifyComplete();
    }

    /** Demand from inside an element must not make the driver answer inside it. */
    @Test
    void elementsMustKeepTheirOrderWhenOneIsAskedForBeforeAnotherIsHandled() {
        List<Integer> seen = new ArrayList<>();
        BaseSubscriber<Integer> hasty = new BaseSubscriber<>() {

            @Override
            protected void hookOnSubscribe(Subscription subscription) {
                // The test asks.
            }

            @Override
            protected void hookOnNext(Integer element) {
                if (element > 1) {
                    request(1);
                }
                seen.add(element);
            }
        };
        Flux.range(1, 6).subscribe(new Lookahead<>(hasty, () -> {}));
        hasty.request(1);
        hasty.request(1);

        assertThat(seen).containsExactly(1, 2, 3, 4, 5, 6);
    }
}
