package org.reactivesessions.benchmarks.report;

/** The mark of figures that were not measured long enough. Stateless. */
final class Smoke {

    static final String MARK = "smoke, not for quoting";

    private Smoke() {}

    static boolean is(SuiteResult result) {
        return result.size() == RunSize.SHORT;
    }

    /** For the end of a heading. */
    static String suffix(SuiteResult result) {
        return is(result) ? " (" + MARK + ")" : "";
    }
}
