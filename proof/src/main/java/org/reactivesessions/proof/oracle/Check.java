package org.reactivesessions.proof.oracle;

import java.util.ArrayList;
import java.util.List;

/** One thing that has to be true, how often that was asked, and how often it was not so. Used by one thread. */
public final class Check {

    private static final int SAMPLES = 3;

    private final String letter;
    private final String name;
    private long asked;
    private long violations;
    private final List<String> samples = new ArrayList<>();

    /**
     * Makes one that was never asked.
     *
     * @param letter under which it is known
     */
    public Check(String letter, String name) {
        this.letter = letter;
        this.name = name;
    }

    /** Asks once more. */
    public void require(boolean holds, Object sample) {
        asked++;
        if (!holds) {
            violate(1, sample);
        }
    }

    /** Asks many times at once. */
    public void count(long times, long violated, Object sample) {
        asked += times;
        if (violated > 0) {
            violate(violated, sample);
        }
    }

    private void violate(long times, Object sample) {
        violations += times;
        if (samples.size() < SAMPLES) {
            samples.add(String.valueOf(sample));
        }
    }

    public String letter() {
        return letter;
    }

    public String name() {
        return name;
    }

    public long asked() {
        return asked;
    }

    public long violations() {
        return violations;
    }

    /** The first of what was not so. */
    public List<String> samples() {
        return List.copyOf(samples);
    }

    @Override
    public String toString() {
        return "(" + letter + ") " + name + ": " + violations + " of " + asked
                + samples.stream().map(sample -> "\n      " + sample).reduce("", String::concat);
    }
}
