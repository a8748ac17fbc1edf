package org.reactivesessions.benchmarks;

import java.util.Arrays;
import java.util.List;

/**
 * What one run of the program is given. Immutable.
 *
 * @param contenders who takes part; ours among them
 * @param rounds how often and how long
 */
record Settings(List<Entrant> contenders, Rounds rounds) {

    static final String USAGE =
            "Usage: [--contenders <ours,ours-unguarded,byhand,spring,vertx,jdbc,jdbc-vt>] " + Rounds.USAGE;

    Settings {
        contenders = List.copyOf(contenders);
    }

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static Settings parse(String... arguments) {
        Settings settings = new Settings(List.of(Entrant.values()), Rounds.DEFAULTS);
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
            case "--contenders" -> new Settings(entrants(value), rounds);
            default -> new Settings(contenders, rounds.with(option, value));
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
}
