package org.reactivesessions.testkit.lint;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What was checked, and what was found. Immutable.
 *
 * @param findings every place that breaks a rule, ordered by file and line
 * @param filesChecked number of class files that were read
 * @param unread class files that could not be read, each with the reason; of them nothing is known
 * @since 0.1
 */
public record LintReport(List<Finding> findings, int filesChecked, List<String> unread) {

    /** Copies the lists. */
    public LintReport {
        findings = List.copyOf(findings);
        unread = List.copyOf(unread);
    }

    /**
     * Counts the findings of one rule.
     *
     * @param rule which rule
     * @return their number
     */
    public long count(LintRule rule) {
        return findings.stream().filter(finding -> finding.rule() == rule).count();
    }

    /**
     * Says whether everything was read and nothing was found.
     *
     * @return whether the code is clean
     */
    public boolean isClean() {
        return findings.isEmpty() && unread.isEmpty();
    }

    /**
     * Fails unless everything was read and nothing was found.
     *
     * @throws AssertionError with every finding, and every file that could not be read, on a line of its own
     */
    public void mustBeClean() {
        if (!isClean()) {
            throw new AssertionError(Stream.concat(
                            findings.stream().map(Finding::toString),
                            unread.stream().map("not read: "::concat))
                    .collect(Collectors.joining(
                            "\n  ", findings.size() + " finding(s) in " + filesChecked + " class file(s):\n  ", "")));
        }
    }
}
