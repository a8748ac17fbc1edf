package org.reactivesessions.postgres;

/**
 * How often a race on a real server is run before we believe it: as often as the test says, which is what {@code mvn verify} does,
 * or at most as often as {@code -Drace.rounds} says.
 */
public final class Rounds {

    private static final String PROPERTY = "race.rounds";

    private Rounds() {}

    /** As many, unless fewer are asked for. */
    public static int of(int all) {
        int most = Integer.getInteger(PROPERTY, all);
        if (most < 1) {
            throw new IllegalArgumentException(
                    PROPERTY + " must be >= 1, but was " + most + ". Leave it out for all of them");
        }
        return Math.min(all, most);
    }
}
