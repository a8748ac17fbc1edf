package org.reactivesessions.postgres.soak;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.util.context.Context;

/**
 * Counts the signals that Reactor drops, because nobody is left to hear them. What the driver has read when its connection is closed
 * under it is explained by the fault; everything else is somebody's mistake. Thread-safe.
 */
final class Drops {

    private static final String DROPPING = "reactor.core.publisher.Operators";
    private static final String OF_DRIVER = "io.r2dbc.postgresql.client.ReactorNettyClient$BackendMessageSubscriber";
    private static final int SAMPLES = 3;
    private static final int FRAMES = 15;

    private final AtomicLong explained = new AtomicLong();
    private final AtomicLong others = new AtomicLong();
    private final List<String> samples = new CopyOnWriteArrayList<>();

    private Drops() {}

    /**
     * Installs a watch for this JVM, and drops a signal of each kind to see that it works.
     *
     * @throws IllegalStateException if it does not see them
     */
    static Drops watch() {
        Drops drops = new Drops();
        Hooks.onErrorDropped(drops::drop);
        Hooks.onNextDropped(drops::drop);
        Operators.onErrorDropped(new IllegalStateException("planted"), Context.empty());
        Operators.onNextDropped("planted", Context.empty());
        if (drops.others() != 2) {
            throw new IllegalStateException("2 planted drops were seen as " + drops.others());
        }
        drops.others.set(0);
        drops.samples.clear();
        return drops;
    }

    private void drop(Object signal) {
        if (isOfDriver()) {
            explained.incrementAndGet();
            return;
        }
        others.incrementAndGet();
        if (samples.size() < SAMPLES) {
            samples.add(signal
                    + StackWalker.getInstance()
                            .walk(frames -> frames.skip(1)
                                    .limit(FRAMES)
                                    .map(frame -> "\n        at " + frame)
                                    .collect(Collectors.joining())));
        }
    }

    /** Whether it was the driver's connection, closed by then, that had no use for it. */
    private static boolean isOfDriver() {
        return StackWalker.getInstance()
                .walk(frames -> frames.dropWhile(frame -> !frame.getClassName().equals(DROPPING))
                        .dropWhile(frame -> frame.getClassName().equals(DROPPING))
                        .findFirst())
                .filter(frame -> frame.getClassName().equals(OF_DRIVER))
                .isPresent();
    }

    /** What the driver had read, or heard of its end, when its connection was closed. */
    long explained() {
        return explained.get();
    }

    long others() {
        return others.get();
    }

    /** The first of the others, and where they were dropped. */
    List<String> samples() {
        return List.copyOf(samples);
    }
}
