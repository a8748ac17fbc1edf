package org.reactivesessions.benchmarks.report;

import java.util.Locale;

/** How figures are written: with as many digits as anybody reads. Stateless. */
final class Figures {

    private static final double HUNDREDS = 100;
    private static final double TENS = 10;

    private Figures() {}

    static String of(double figure) {
        double size = Math.abs(figure);
        if (size >= HUNDREDS || size == Math.rint(size)) {
            return String.format(Locale.ROOT, "%,.0f", figure);
        }
        if (size >= TENS) {
            return String.format(Locale.ROOT, "%.1f", figure);
        }
        return String.format(Locale.ROOT, size >= 1 ? "%.2f" : "%.3f", figure);
    }

    static String ratio(double ratio) {
        return String.format(Locale.ROOT, "%.2f", ratio);
    }

    /** The middle, and how far the outermost of several rounds lies from it. */
    static String of(Measurement measurement) {
        Spread spread = measurement.spread();
        return measurement.values().size() == 1
                ? of(spread.median())
                : of(spread.median()) + String.format(Locale.ROOT, " ±\u202f%.0f\u202f%%", spread.percent());
    }
}
