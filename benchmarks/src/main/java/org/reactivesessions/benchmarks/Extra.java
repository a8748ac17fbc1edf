package org.reactivesessions.benchmarks;

/**
 * Round trips beside those of the statements themselves.
 *
 * @param least how many at least
 * @param most how many at most
 */
record Extra(int least, int most) {

    /** What the contender's users have to write themselves. */
    static final Extra NOT_OFFERED = new Extra(-1, -1);

    static Extra of(int number) {
        return new Extra(number, number);
    }

    boolean allows(long number) {
        return number >= least && number <= most;
    }

    @Override
    public String toString() {
        if (equals(NOT_OFFERED)) {
            return "not offered";
        }
        return least == most ? "n + " + least : "n + " + least + " … n + " + most;
    }
}
