package org.reactivesessions.testkit.scan;

import java.util.Arrays;
import java.util.Locale;
import org.reactivesessions.testkit.lint.LintReport;

/** How a report is written. */
enum ReportFormat {
    TEXT {
        @Override
        String text(LintReport report) {
            return TextReport.of(report);
        }
    },
    HTML {
        @Override
        String text(LintReport report) {
            return HtmlReport.of(report);
        }
    },
    JSON {
        @Override
        String text(LintReport report) {
            return JsonReport.of(report);
        }
    };

    abstract String text(LintReport report);

    /** @throws IllegalArgumentException if there is no such format */
    static ReportFormat of(String name) {
        return Arrays.stream(values())
                .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException("--format must be text, html or json, but was \"" + name + "\""));
    }
}
