package org.reactivesessions.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one run of the program is given. Immutable.
 *
 * @param contenders who takes part; ours among them
 * @param rounds how many rounds are measured
 * @param length how long each contender runs in a round
 * @param warmUp how long each contender runs before the first round of every comparison
 * @param csv where the figures are written as well, if anywhere
 */
record Settings(
        List<Entrant> contenders,
        int rounds,
        Duration length,
        Duration warmUp,
        @Nullable Path csv) {

    static final String USAGE = "Usage: [--contenders <ours,byhand,spring,vertx,jdbc,jdbc-vt>] [--rounds <5>]"
            + " [--seconds <3>] [--warm-up <seconds, 20>] [--csv <file>]";

    Settings {
        contenders = List.copyOf(contenders);
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static Settings parse(String... arguments) {
        Settings settings =
                new Settings(List.of(Entrant.values()), 5, Duration.ofSeconds(3), Duration.ofSeconds(20), null);
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
            case "--contenders" -> new Settings(entrants(value), rounds, length, warmUp, csv);
            case "--rounds" -> new Settings(contenders, positive(option, value), length, warmUp, csv);
            case "--seconds" -> new Settings(contenders, rounds, seconds(option, value), warmUp, csv);
            case "--warm-up" -> new Settings(contenders, rounds, length, seconds(option, value), csv);
            case "--csv" -> new Settings(contenders, rounds, length, warmUp, Path.of(value));
            default -> throw new IllegalArgumentException(option + " is not understood. " + USAGE);
        };
    }

    private static List<Entrant> entrants(String value) {
        List<Entrant> entrants = Arrays.stream(value.split(",", -1))
                .map(Settings::entrant)
                .distinct()
                .toList();
        if (!entrants.contains(Entrant.OURS)) {
            throw new IllegalArgumentException(
                    "--contenders must name ours, because every ratio is to it, but was " + value + ". " + USAGE);
        }
        return entrants;
    }

    private static Entrant entrant(String name) {
        try {
            return Entrant.named(name);
        } catch (IllegalArgumentException unknown) {
            throw new IllegalArgumentException("--contenders: " + unknown.getMessage() + ". " + USAGE, unknown);
        }
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
            throw new IllegalArgumentException(option + " needs a number, but got " + value + ". " + USAGE, notANumber);
        }
        throw new IllegalArgumentException(option + " must be >= 1, but was " + value + ". " + USAGE);
    }
}
