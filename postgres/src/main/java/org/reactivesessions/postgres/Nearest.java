package org.reactivesessions.postgres;

import java.util.Collection;
import java.util.Comparator;

/** Which known name somebody may have meant. Stateless. */
final class Nearest {

    private Nearest() {}

    /**
     * Finds the known name with the fewest wrong, missing, superfluous and swapped letters.
     *
     * @param name what was written
     * @param known at least one name
     * @return one of {@code known}; the first in the alphabet of several
     */
    static String to(String name, Collection<String> known) {
        return known.stream()
                .min(Comparator.<String>comparingInt(one -> distance(name, one))
                        .thenComparing(Comparator.naturalOrder()))
                .orElseThrow();
    }

    /**
     * Says that a name is not known.
     *
     * @param shown it, as it was given
     * @param nearest what may have been meant
     */
    static String unknown(String shown, String nearest) {
        return shown + " is not known; the nearest that is: " + nearest;
    }

    /** How many letters have to be changed, added, left out or swapped with their neighbour to make one name of another. */
    static int distance(String one, String other) {
        int[][] least = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                least[i][j] = i == 0 || j == 0 ? i + j : step(least, one, other, i, j);
            }
        }
        return least[one.length()][other.length()];
    }

    private static int step(int[][] least, String one, String other, int i, int j) {
        int changed = least[i - 1][j - 1] + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        int shortest = Math.min(changed, 1 + Math.min(least[i - 1][j], least[i][j - 1]));
        boolean swapped =
                i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
        return swapped ? Math.min(shortest, 1 + least[i - 2][j - 2]) : shortest;
    }
}
