package org.reactivesessions.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import reactor.core.Disposable;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;

/** Subscribers who wait for their mono to end. Joined by one thread; monos may end on any. */
final class WaitingLine {

    private final List<Disposable> waiting;
    private final CountDownLatch rest;
    private volatile @Nullable Throwable failure;

    /** @param length how many will join */
    WaitingLine(int length) {
        this.waiting = new ArrayList<>(length);
        this.rest = new CountDownLatch(length);
    }

    void join(Mono<?> mono) {
        Waiting one = new Waiting();
        waiting.add(one);
        mono.subscribe(one);
    }

    /** How many have not ended. */
    long rest() {
        return rest.getCount();
    }

    /** Waits until the last has ended, and fails if one has failed. */
    void awaitEnd(Duration atMost) throws InterruptedException {
        boolean ended = rest.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
        if (!ended || failure != null) {
            throw new IllegalStateException(rest() + " still wait, of " + waiting.size(), failure);
        }
    }

    /** Lets everybody leave. */
    void cancel() {
        waiting.forEach(Disposable::dispose);
    }

    private final class Waiting extends BaseSubscriber<Object> {

        @Override
        protected void hookOnComplete() {
            rest.countDown();
        }

        @Override
        protected void hookOnError(Throwable error) {
            failure = error;
            rest.countDown();
        }
    }
}
