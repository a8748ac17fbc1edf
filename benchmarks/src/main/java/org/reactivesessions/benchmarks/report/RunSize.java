package org.reactivesessions.benchmarks.report;

import java.util.Arrays;
import java.util.stream.Collectors;

/** How long a suite was measured, and so what its figures are good for. */
public enum RunSize {
    /** Minutes: shows that everything runs, and the rough picture. */
    SHORT("short"),
    /** As long as the figures need to settle. */
    FULL("full");

    private final String text;

    RunSize(String text) {
        this.text = text;
    }

    /**
     * Finds one by its name.
     *
     * @param name the name on the command line and in files
     * @return that size
     * @throws IllegalArgumentException if none has that name
     */
    public static RunSize named(String name) {
        return Arrays.stream(values())
                .filter(size -> size.text.equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(name + " is no size of a run; choose from "
                        + Arrays.stream(values()).map(RunSize::toString).collect(Collectors.joining(", "))));
    }

    @Override
    public String toString() {
        return text;
    }
}
