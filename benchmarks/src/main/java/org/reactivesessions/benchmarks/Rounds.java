package org.reactivesessions.benchmarks;

import java.time.Duration;

/**
 * How often and how long it is measured, by everybody in turn. Immutable.
 *
 * @param number how many rounds are measured
 * @param length how long each contender runs in a round
 * @param warmUp how long each contender runs before the first round of every comparison
 */
record Rounds(int number, Duration length, Duration warmUp) {

    static final String USAGE = "[--rounds <number>] [--seconds <of each>] [--warm-up <seconds>]";

    static final Rounds DEFAULTS = new Rounds(5, Duration.ofSeconds(3), Duration.ofSeconds(20));

    /**
     * Reads the command line of a program that has no other options.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static Rounds parse(String... arguments) {
        return parse(DEFAULTS, arguments);
    }

    /**
     * Reads the command line of a program that has no other options, and defaults of its own.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static Rounds parse(Rounds defaults, String... arguments) {
        Rounds rounds = defaults;
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value. Usage: " + USAGE);
            }
            rounds = rounds.with(arguments[i], arguments[i + 1]);
        }
        return rounds;
    }

    /**
     * Sets one of them by its option.
     *
     * @throws IllegalArgumentException if there is no such option, or this is not a value of it
     */
    Rounds with(String option, String value) {
        return switch (option) {
            case "--rounds" -> new Rounds(positive(option, value), length, warmUp);
            case "--seconds" -> new Rounds(number, seconds(option, value), warmUp);
            case "--warm-up" -> new Rounds(number, length, seconds(option, value));
            default -> throw new IllegalArgumentException(option + " is not understood. Usage: " + USAGE);
        };
    }

    private static Duration seconds(String option, String value) {
        return Duration.ofSeconds(positive(option, value));
    }

    private static int positive(String option, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(
                    option + " needs a number, but got " + value + ". Usage: " + USAGE, notANumber);
        }
        throw new IllegalArgumentException(option + " must be >= 1, but was " + value + ". Usage: " + USAGE);
    }

    /** As it is said in a sentence, where it may be short. */
    String inWords() {
        return number + (number == 1 ? " round" : " rounds") + " of " + length.toMillis() + " ms each after "
                + warmUp.toMillis() + " ms of warm-up";
    }

    @Override
    public String toString() {
        return number + " of " + length.toSeconds() + " s each after " + warmUp.toSeconds() + " s of warm-up, pool "
                + Contender.POOL;
    }
}
