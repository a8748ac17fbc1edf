package org.reactivesessions.quickstart;

import java.util.concurrent.ThreadLocalRandom;

/**
 * What one run of the program is given. Immutable.
 *
 * @param seed where the random moments come from; the same seed gives the same moments, not the same races
 */
record Settings(long seed) {

    private static final int MAX_SEED = 1_000_000;
    private static final String USAGE = "Usage: --seed <number>, for example -Dquickstart.args=\"--seed 7\"";

    /**
     * Reads the command line.
     *
     * @throws IllegalArgumentException if it is not understood
     */
    static Settings parse(String... arguments) {
        if (arguments.length == 0) {
            return new Settings(ThreadLocalRandom.current().nextInt(MAX_SEED));
        }
        if (arguments.length != 2 || !arguments[0].equals("--seed")) {
            throw new IllegalArgumentException("Not understood: " + String.join(" ", arguments) + ". " + USAGE);
        }
        try {
            return new Settings(Long.parseLong(arguments[1]));
        } catch (NumberFormatException notANumber) {
            throw new IllegalArgumentException("Not a number: " + arguments[1] + ". " + USAGE, notANumber);
        }
    }
}
