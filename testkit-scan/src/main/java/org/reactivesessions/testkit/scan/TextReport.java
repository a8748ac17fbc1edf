package org.reactivesessions.testkit.scan;

import java.util.Arrays;
import org.reactivesessions.testkit.lint.Finding;
import org.reactivesessions.testkit.lint.LintReport;
import org.reactivesessions.testkit.lint.LintRule;

/** A report for a terminal: each finding with its rule, why and what to write instead, and the totals. */
final class TextReport {

    private TextReport() {}

    static String of(LintReport report) {
        StringBuilder text = new StringBuilder();
        report.findings().forEach(finding -> append(text, finding));
        report.unread()
                .forEach(file ->
                        text.append("not read: ").append(Printable.of(file)).append('\n'));
        text.append("files checked: ").append(report.filesChecked()).append('\n');
        text.append("findings: ").append(report.findings().size()).append('\n');
        Arrays.stream(LintRule.values())
                .forEach(rule -> text.append("  ")
                        .append(rule.id())
                        .append(": ")
                        .append(report.count(rule))
                        .append('\n'));
        return text.toString();
    }

    private static void append(StringBuilder text, Finding finding) {
        text.append(Printable.of(finding.place() + ": " + finding.rule().id() + ": " + finding.what()))
                .append("\n  why: ")
                .append(finding.rule().why())
                .append("\n  instead: ")
                .append(finding.rule().instead())
                .append("\n\n");
    }
}
