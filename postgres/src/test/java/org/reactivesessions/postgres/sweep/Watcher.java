package org.reactivesessions.postgres.sweep;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.reactivestreams.Subscription;
import reactor.core.publisher.BaseSubscriber;
import reactor.core.publisher.Mono;
import reactor.core.publisher.Sinks;

/** A subscriber that cancels when told to and remembers what it heard, also afterwards. Thread-safe. */
final class Watcher extends BaseSubscriber<Long> {

    private final boolean cancelAtOnce;
    private final List<String> signals = new CopyOnWriteArrayList<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private final Sinks.Empty<Void> cancelled = Sinks.empty();
    private volatile int heardBeforeCancel = -1;

    Watcher(boolean cancelAtOnce) {
        this.cancelAtOnce = cancelAtOnce;
    }

    void cancelNow() {
        heardBeforeCancel = signals.size();
        cancelled.tryEmitEmpty();
        cancel();
    }

    /** Completes when {@link #cancelNow} is called, before the cancel travels. */
    Mono<Void> cancelled() {
        return cancelled.asMono();
    }

    /** What came after the cancel and before the last line was drawn. */
    List<String> heardAfterCancel() {
        return heardBeforeCancel < 0 ? List.of() : signals.subList(heardBeforeCancel, signals.size());
    }

    /** Waits for the terminal signal. */
    boolean awaitEnd(Duration atMost) {
        try {
            return ended.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    protected void hookOnSubscribe(Subscription subscription) {
        if (cancelAtOnce) {
            cancelNow();
        } else {
            subscription.request(Long.MAX_VALUE);
        }
    }

    @Override
    protected void hookOnNext(Long value) {
        signals.add("next " + value);
    }

    @Override
    protected void hookOnComplete() {
        signals.add("complete");
        ended.countDown();
    }

    @Override
    protected void hookOnError(Throwable error) {
        signals.add("error " + error);
        ended.countDown();
    }
}
