package org.reactivesessions.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What one run of the program is given. Immutable.
 *
 * @param rounds how many rounds are measured
 * @param length how long each contender runs in a round
 * @param csv where the figures are written as well, if anywhere
 */
record Settings(int rounds, Duration length, @Nullable Path csv) {

    static final String USAGE = "Usage: [--rounds <5>] [--seconds <3>] [--csv <file>]";

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static Settings parse(String... arguments) {
        Settings settings = new Settings(5, Duration.ofSeconds(3), null);
        for (int i = 0; i < arguments.length; i += 2) {
            if (i + 1 == arguments.length) {
                throw new IllegalArgumentException(arguments[i] + " needs a value. " + USAGE);
            }
            settings = settings.with(arguments[i], arguments[i + 1]);
        }
        return settings;
    }

    private Settings with(String option, String value) {
        return switch (option) {
            case "--rounds" -> new Settings(positive(option, value), length, csv);
            case "--seconds" -> new Settings(rounds, Duration.ofSeconds(positive(option, value)), csv);
            case "--csv" -> new Settings(rounds, length, Path.of(value));
            default -> throw new IllegalArgumentException(option + " is not understood. " + USAGE);
        };
    }

    private static int positive(String option, String value) {
        try {
            int number = Integer.parseInt(value);
            if (number > 0) {
                return number;
            }
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException(option + " needs a number, but got " + value + ". " + USAGE, notANumber);
        }
        throw new IllegalArgumentException(option + " must be >= 1, but was " + value + ". " + USAGE);
    }
}
