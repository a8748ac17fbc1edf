package org.reactivesessions.testkit.lint;

/**
 * A place that breaks a rule. Immutable.
 *
 * @param rule the rule that is broken
 * @param type name of the class, as {@link Class#getName()} has it
 * @param file path of its source below a source folder, such as {@code com/example/Orders.java}
 * @param line line in that file, counted from 1; 1 if the class was compiled without line numbers
 * @param what what is there, such as {@code open() calls ConnectionFactory.create()}
 * @since 0.1
 */
public record Finding(LintRule rule, String type, String file, int line, String what) {

    /**
     * The place, as compilers print it.
     *
     * @return {@code file:line}
     */
    public String place() {
        return file + ":" + line;
    }

    /** The place, the rule, why, and what to write instead, in one line. */
    @Override
    public String toString() {
        return place() + ": " + rule.id() + ": " + what + ". Why: " + rule.why() + ". Instead: " + rule.instead() + ".";
    }
}
