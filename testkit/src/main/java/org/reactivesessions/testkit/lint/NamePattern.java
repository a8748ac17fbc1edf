package org.reactivesessions.testkit.lint;

import java.util.regex.Pattern;

/**
 * A name of a class or a package, in which {@code ..} stands for any packages, as in ArchUnit. Immutable.
 *
 * <p>{@code ..config..} is every package with a part {@code config} and those below it, {@code com.example..} is
 * {@code com.example} and all below, {@code com.example.Orders} is that class with what is nested in it, or that package.
 */
final class NamePattern {

    private static final Pattern ALLOWED = Pattern.compile("(\\.\\.)?[\\w$]+(\\.{1,2}[\\w$]+)*(\\.\\.)?");

    private final String text;
    private final Pattern pattern;

    /**
     * @param text the name
     * @throws IllegalArgumentException if it is none
     */
    NamePattern(String text) {
        if (!ALLOWED.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "a package or class must be a name in which \"..\" stands for any packages,"
                            + " such as ..config.. or com.example.Orders, but was \"" + text + "\"");
        }
        this.text = text;
        String expression = text.replace("$", "\\$").replace("..", "\0").replace(".", "\\.");
        expression = expression.replaceFirst("^\0", "(.*\\\\.)?").replaceFirst("\0$", "(\\\\..*)?");
        this.pattern = Pattern.compile(expression.replace("\0", "\\.(.*\\.)?"));
    }

    /** Whether it means a class, given as {@link Class#getName()} has it. */
    boolean matches(String className) {
        String type = className.substring(className.lastIndexOf('.') + 1);
        String aPackage = className.substring(0, Math.max(0, className.length() - type.length() - 1));
        int nested = type.indexOf('$', 1);
        String outermost = nested < 0 ? className : className.substring(0, className.length() - type.length() + nested);
        return pattern.matcher(aPackage).matches()
                || pattern.matcher(outermost).matches()
                || pattern.matcher(className).matches();
    }

    @Override
    public String toString() {
        return text;
    }
}
