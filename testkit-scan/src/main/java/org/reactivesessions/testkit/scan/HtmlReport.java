package org.reactivesessions.testkit.scan;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.reactivesessions.testkit.lint.Finding;
import org.reactivesessions.testkit.lint.LintReport;
import org.reactivesessions.testkit.lint.LintRule;

/** A report as one page without scripts and without anything from elsewhere. */
final class HtmlReport {

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>Sessions: %s finding(s)</title>
            <style>
            body { font-family: sans-serif; margin: 2em; }
            table { border-collapse: collapse; margin-bottom: 2em; }
            td, th { border: 1px solid #ccc; padding: .4em .6em; text-align: left; vertical-align: top; }
            </style>
            </head>
            <body>
            <h1>%s finding(s) in %s class file(s)</h1>
            <table>
            <tr><th>Rule</th><th>Findings</th></tr>
            %s
            </table>
            %s
            <table>
            <tr><th>Where</th><th>Rule</th><th>What</th><th>Why</th><th>Instead</th></tr>
            %s
            </table>
            </body>
            </html>
            """;

    private HtmlReport() {}

    static String of(LintReport report) {
        int findings = report.findings().size();
        String totals = Arrays.stream(LintRule.values())
                .map(rule -> row(rule.id(), Long.toString(report.count(rule))))
                .collect(Collectors.joining("\n"));
        String unread = report.unread().stream()
                .map(file -> "<p>Not read: " + escaped(file) + "</p>")
                .collect(Collectors.joining("\n"));
        String rows = report.findings().stream().map(HtmlReport::row).collect(Collectors.joining("\n"));
        return PAGE.formatted(findings, findings, report.filesChecked(), totals, unread, rows);
    }

    private static String row(Finding finding) {
        return row(
                finding.place(),
                finding.rule().id(),
                finding.what(),
                finding.rule().why(),
                finding.rule().instead());
    }

    private static String row(String... cells) {
        return Arrays.stream(cells)
                .map(cell -> "<td>" + escaped(cell) + "</td>")
                .collect(Collectors.joining("", "<tr>", "</tr>"));
    }

    private static String escaped(String text) {
        return Printable.of(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
