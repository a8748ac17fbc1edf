package org.reactivesessions.testkit.scan;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.reactivesessions.testkit.lint.Finding;
import org.reactivesessions.testkit.lint.LintReport;
import org.reactivesessions.testkit.lint.LintRule;

/** A report for programs: one object of JSON, in ASCII, which may stand in a page of HTML as it is. */
final class JsonReport {

    private static final int LAST_ASCII = 0x7e;

    private JsonReport() {}

    static String of(LintReport report) {
        String totals = Arrays.stream(LintRule.values())
                .map(rule -> text(rule.id()) + ": " + report.count(rule))
                .collect(Collectors.joining(", ", "{", "}"));
        String unread = report.unread().stream().map(JsonReport::text).collect(Collectors.joining(", ", "[", "]"));
        String findings = report.findings().stream()
                .map(JsonReport::object)
                .collect(Collectors.joining(",\n    ", "[\n    ", "\n  ]"));
        return "{\n  \"filesChecked\": " + report.filesChecked()
                + ",\n  \"totals\": " + totals
                + ",\n  \"unread\": " + unread
                + ",\n  \"findings\": " + (report.findings().isEmpty() ? "[]" : findings)
                + "\n}\n";
    }

    private static String object(Finding finding) {
        return "{\"file\": " + text(finding.file())
                + ", \"line\": " + finding.line()
                + ", \"rule\": " + text(finding.rule().id())
                + ", \"type\": " + text(finding.type())
                + ", \"what\": " + text(finding.what())
                + ", \"why\": " + text(finding.rule().why())
                + ", \"instead\": " + text(finding.rule().instead()) + "}";
    }

    private static String text(String value) {
        return value.chars().mapToObj(JsonReport::escaped).collect(Collectors.joining("", "\"", "\""));
    }

    private static String escaped(int character) {
        boolean plain = character >= ' ' && character <= LAST_ASCII && "\"\\<>&'".indexOf(character) < 0;
        return plain ? Character.toString(character) : String.format("\\u%04x", character);
    }
}
