package org.reactivesessions.tck;

import org.reactivestreams.Publisher;
import org.reactivestreams.tck.PublisherVerification;
import org.reactivestreams.tck.TestEnvironment;
import reactor.core.publisher.Flux;

/** A publisher that breaks, on purpose, the rule that a finite stream completes. */
public class PlantedVerification extends PublisherVerification<Long> {

    private static final long BRIEF = 20;

    /** A verification; TestNG makes it. */
    public PlantedVerification() {
        super(new TestEnvironment(BRIEF, BRIEF), BRIEF);
    }

    @Override
    public Publisher<Long> createPublisher(long elements) {
        return Tck.range(Math.min(elements, maxElementsFromPublisher())).concatWith(Flux.never());
    }

    /** So that it breaks the rule and nothing else takes long. */
    @Override
    public long maxElementsFromPublisher() {
        return 10;
    }

    @Override
    public Publisher<Long> createFailedPublisher() {
        return Flux.error(new IllegalStateException("planted"));
    }
}
