package org.reactivesessions.postgres.report;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/** Counts the signals that Reactor drops, because nobody is left to hear them. Thread-safe. */
public final class DropWatch {

    private static final int SAMPLES = 3;
    private static final int FRAMES = 15;

    private final Predicate<Object> explanation;
    private final AtomicLong dropped = new AtomicLong();
    private final AtomicLong explained = new AtomicLong();
    private final List<String> samples = new CopyOnWriteArrayList<>();

    private DropWatch(Predicate<Object> explanation) {
        this.explanation = explanation;
    }

    /**
     * Installs a watch for this JVM, and drops a signal of each kind to see that it works.
     *
     * @param explanation whether a signal is one that had to be dropped, which is counted by itself
     * @throws IllegalStateException if it does not see them
     */
    public static DropWatch install(Predicate<Object> explanation) {
        DropWatch watch = new DropWatch(explanation);
        Hooks.onErrorDropped(watch::drop);
        Hooks.onNextDropped(watch::drop);
        Operators.onErrorDropped(new IllegalStateException("planted"), Context.empty());
        Operators.onNextDropped("planted", Context.empty());
        if (watch.count() != 2) {
            throw new IllegalStateException("2 planted drops were seen as " + watch.count());
        }
        watch.reset();
        return watch;
    }

    private void drop(Object signal) {
        if (explanation.test(signal)) {
            explained.incrementAndGet();
            return;
        }
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

    /** How many there were that nothing explains. */
    public long count() {
        return dropped.get();
    }

    /** How many there were that had to be dropped. */
    public long explained() {
        return explained.get();
    }

    /** Begins again. */
    public void reset() {
        dropped.set(0);
        explained.set(0);
        samples.clear();
    }

    /** The first that nothing explains, and where they were dropped. */
    public List<String> samples() {
        return List.copyOf(samples);
    }
}
