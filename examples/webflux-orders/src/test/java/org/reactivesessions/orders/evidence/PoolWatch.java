package org.reactivesessions.orders.evidence;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Looks ten times in a second at the figures of a pool, from when it is made until it is closed. */
final class PoolWatch implements AutoCloseable {

    private static final long PAUSE_MILLIS = 100;
    private static final long PATIENCE_SECONDS = 30;

    private final Map<String, List<Integer>> seen = new LinkedHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final Future<?> looking;

    /** @param figures such as {@code active=3 idle=5} */
    PoolWatch(Supplier<String> figures) {
        looking = clock.scheduleAtFixedRate(
                () -> look(figures.get()), PAUSE_MILLIS / 2, PAUSE_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Whether the pool did not tell its figures, and is looked at no more. To be asked before it is closed. */
    boolean isBroken() {
        return looking.isDone();
    }

    private synchronized void look(String figures) {
        for (String figure : figures.split(" ", -1)) {
            String[] parts = figure.split("=", 2);
            seen.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(Integer.valueOf(parts[1]));
        }
    }

    /** Of each figure what it was on average, and at most. */
    synchronized String summary() {
        if (seen.isEmpty()) {
            throw new IllegalStateException("nobody has looked at the pool");
        }
        return seen.entrySet().stream().map(PoolWatch::summary).collect(Collectors.joining("; "));
    }

    private static String summary(Map.Entry<String, List<Integer>> figure) {
        return String.format(
                Locale.ROOT,
                "%s %.1f, at most %d",
                figure.getKey(),
                figure.getValue().stream().mapToInt(Integer::intValue).average().orElse(0),
                figure.getValue().stream().mapToInt(Integer::intValue).max().orElse(0));
    }

    /** Returns when nobody looks any more. */
    @Override
    public void close() {
        boolean told = looking.cancel(false);
        clock.shutdown();
        try {
            told &= clock.awaitTermination(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            told = false;
        }
        if (!told) {
            throw new IllegalStateException("the pool did not tell its figures");
        }
    }
}
