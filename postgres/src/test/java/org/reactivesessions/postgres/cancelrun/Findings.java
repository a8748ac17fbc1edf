package org.reactivesessions.postgres.cancelrun;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** How often each check failed, with a few examples. Not thread-safe. */
final class Findings {

    private static final int SAMPLES = 5;

    private final Map<Check, Long> counts = new EnumMap<>(Check.class);
    private final List<String> samples = new ArrayList<>();

    /** A check that was made; a check that was not stays without a figure. */
    void made(Check check) {
        counts.putIfAbsent(check, 0L);
    }

    void add(Check check, long times) {
        counts.merge(check, times, Long::sum);
    }

    /** One failure, and what it was about. */
    void add(Check check, Object about) {
        add(check, 1L);
        sample(check, about);
    }

    void sample(Check check, Object about) {
        if (samples.stream().filter(known -> known.startsWith(check + ": ")).count() < SAMPLES) {
            samples.add(check + ": " + about);
        }
    }

    /** The figure of a check, or {@code null} if it was not made. */
    @Nullable
    Long count(Check check) {
        return counts.get(check);
    }

    boolean isClean() {
        return counts.values().stream().allMatch(count -> count == 0);
    }

    /** Whether data or connections were harmed. */
    boolean isDamaged() {
        return counts.entrySet().stream()
                .anyMatch(entry -> entry.getValue() > 0 && entry.getKey().isDamage());
    }

    List<String> samples() {
        return samples;
    }

    /** The checks that failed, in words. */
    @Override
    public String toString() {
        return counts.entrySet().stream()
                .filter(entry -> entry.getValue() > 0)
                .map(entry -> entry.getValue() + " " + entry.getKey())
                .collect(Collectors.joining("; "));
    }
}
