package org.reactivesessions.orders.evidence;

import java.util.function.DoublePredicate;

/** Looks for the highest rate with which a service keeps up, in steps of a tenth of where it begins. */
final class Capacity {

    private static final int BEGIN = 10;
    private static final int MOST = 40;

    private Capacity() {}

    /**
     * Goes up from a rate while the service keeps up, or down until it does.
     *
     * @param begin where to begin
     * @param keepsUp tries a rate
     * @return the last rate with which it kept up
     * @throws IllegalStateException if it did with none, or also with four times the rate
     */
    static double from(double begin, DoublePredicate keepsUp) {
        int step = BEGIN;
        if (keepsUp.test(rate(begin, step))) {
            do {
                step++;
                if (step > MOST) {
                    throw new IllegalStateException("the service keeps up with " + rate(begin, MOST)
                            + " requests in a second, which is " + MOST + " steps; begin higher");
                }
            } while (keepsUp.test(rate(begin, step)));
            return rate(begin, step - 1);
        }
        do {
            step--;
            if (step == 0) {
                throw new IllegalStateException("the service keeps up with no rate from " + begin + " down");
            }
        } while (!keepsUp.test(rate(begin, step)));
        return rate(begin, step);
    }

    private static double rate(double begin, int step) {
        return begin * step / BEGIN;
    }
}
