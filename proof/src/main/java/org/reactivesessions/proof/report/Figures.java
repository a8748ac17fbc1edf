package org.reactivesessions.proof.report;

import java.util.Locale;
import java.util.regex.Pattern;

/** Figures as they are written. Stateless. */
public final class Figures {

    private static final Pattern FIGURE = Pattern.compile("[0-9][0-9,.]*( s)?");

    private Figures() {}

    public static String of(long figure) {
        return String.format(Locale.ROOT, "%,d", figure);
    }

    static boolean isFigure(String cell) {
        return FIGURE.matcher(cell).matches();
    }
}
