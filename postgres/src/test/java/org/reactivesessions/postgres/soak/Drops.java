package org.reactivesessions.postgres.soak;

import io.r2dbc.spi.R2dbcException;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import reactor.core.publisher.Hooks;
import reactor.core.publisher.Operators;
import reactor.netty.channel.AbortedException;
import reactor.util.context.Context;

/**
 * Counts the signals that Reactor drops, because nobody is left to hear them. What the driver has read when its connection is closed
 * under it, and a further error that says so, are explained by the fault; everything else is somebody's mistake. Thread-safe.
 */
final class Drops {

    private static final String MESSAGES_OF_DRIVER = "io.r2dbc.postgresql.message.";
    private static final String CONNECTION_LOST = "08";
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
        if (signal instanceof Throwable error ? isLoss(error) : isMessage(signal)) {
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

    private static boolean isMessage(Object element) {
        return element.getClass().getName().startsWith(MESSAGES_OF_DRIVER);
    }

    /** Whether an error says that a connection is gone, which somebody else has heard already. */
    private static boolean isLoss(Throwable error) {
        for (Throwable each = error; each != null; each = each.getCause()) {
            String state = each instanceof R2dbcException known ? known.getSqlState() : null;
            if (each instanceof IOException
                    || AbortedException.isConnectionReset(each)
                    || (state != null && state.startsWith(CONNECTION_LOST))) {
                return true;
            }
        }
        return false;
    }

    /** What the driver had read, or what it heard of the end, when its connection was closed. */
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
