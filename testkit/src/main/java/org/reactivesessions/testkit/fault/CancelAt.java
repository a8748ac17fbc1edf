package org.reactivesessions.testkit.fault;

import java.util.concurrent.atomic.AtomicInteger;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/**
 * A subscriber that cancels at a certain step of what it has subscribed to, always the same one.
 *
 * <pre>{@code
 * for (int step = 1; ; step++) {
 *     CancelAt cancel = CancelAt.step(step);
 *     cancel.during(transfer(cancel)).then().block(); // with cancel.watch(…) around what is done inside
 *     if (!cancel.isCancelled()) {
 *         break; // there are no more steps
 *     }
 *     … // nothing half may be left
 * }
 * }</pre>
 *
 * <p>A step is a signal of a publisher that is watched: its subscription, each element, its end. The cancel comes before the signal goes
 * on, on the thread of the signal. Used once. Thread-safe.
 *
 * @since 0.1.0
 */
public final class CancelAt {

    private final int step;
    private final AtomicInteger seen = new AtomicInteger();
    private final Sinks.Empty<Void> now = Sinks.empty();

    private CancelAt(int step) {
        this.step = step;
    }

    /**
     * A cancel at a step.
     *
     * @param step from 1
     * @return a cancel that has not happened yet
     * @throws IllegalArgumentException if {@code step} is less than 1
     */
    public static CancelAt step(int step) {
        if (step < 1) {
            throw new IllegalArgumentException("step must be >= 1, but was " + step);
        }
        return new CancelAt(step);
    }

    /**
     * Counts the steps of something inside.
     *
     * @param inside what is watched
     * @param <T> the type of its elements
     * @return the same, with each signal a step
     */
    public <T> Mono<T> watch(Mono<T> inside) {
        return inside.doOnSubscribe(subscription -> count())
                .doOnNext(element -> count())
                .doOnTerminate(this::count);
    }

    /**
     * Counts the steps of something inside.
     *
     * @param inside what is watched
     * @param <T> the type of its elements
     * @return the same, with each signal a step
     */
    public <T> Flux<T> watch(Flux<T> inside) {
        return inside.doOnSubscribe(subscription -> count())
                .doOnNext(element -> count())
                .doOnTerminate(this::count);
    }

    private void count() {
        if (seen.incrementAndGet() == step) {
            now.tryEmitEmpty();
        }
    }

    /**
     * Cancels a whole at the step.
     *
     * @param whole what is subscribed to, and cancelled
     * @param <T> the type of its elements
     * @return its elements and its end; completes when it was cancelled
     */
    public <T> Flux<T> during(Publisher<T> whole) {
        return Flux.from(whole).takeUntilOther(now.asMono());
    }

    /**
     * Tells how many steps there were.
     *
     * @return the number of signals of all that is watched, up to now
     */
    public int steps() {
        return seen.get();
    }

    /**
     * Tells whether the step was reached.
     *
     * @return whether the cancel has happened
     */
    public boolean isCancelled() {
        return seen.get() >= step;
    }
}
