package org.reactivesessions.postgres.cancelrun;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Counts the signals that Reactor drops, because nobody is left to hear them. Thread-safe. */
final class DropWatch {

    private static final int SAMPLES = 3;
    private static final int FRAMES = 15;

    private final AtomicLong dropped = new AtomicLong();
    private final List<String> samples = new CopyOnWriteArrayList<>();

    private DropWatch() {}

    /**
     * Installs a watch for this JVM, and drops a signal of each kind to see that it works.
     *
     * @throws IllegalStateException if it does not see them
     */
    static DropWatch install() {
        DropWatch watch = new DropWatch();
        Hooks.onErrorDropped(watch::drop);
        Hooks.onNextDropped(watch::drop);
        Operators.onErrorDropped(new PlannedFailure(), Context.empty());
        Operators.onNextDropped("planted", Context.empty());
        if (watch.count() != 2) {
            throw new IllegalStateException("2 planted drops were seen as " + watch.count());
        }
        watch.reset();
        return watch;
    }

    private void drop(Object signal) {
        dropped.incrementAndGet();
        if (samples.size() < SAMPLES) {
            samples.add(signal
                    + StackWalker.getInstance()
                            .walk(frames -> frames.skip(1)
                                    .limit(FRAMES)
                                    .map(frame -> "\n    at " + frame)
                                    .collect(Collectors.joining())));
        }
    }

    long count() {
        return dropped.get();
    }

    void reset() {
        dropped.set(0);
        samples.clear();
    }

    /** The first dropped signals, and where they were dropped. */
    List<String> samples() {
        return List.copyOf(samples);
    }
}
