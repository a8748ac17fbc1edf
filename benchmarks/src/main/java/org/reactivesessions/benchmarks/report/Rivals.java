package org.reactivesessions.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Where others are clearly better, found in the figures and not remembered. Stateless. */
final class Rivals {

    private Rivals() {}

    /** A table of all figures that may be quoted in which one of these contenders is better than we are by more than a twentieth. */
    static List<String> table(List<Section> sections, Results results, List<String> contenders) {
        List<String> rows = new ArrayList<>();
        for (Section section : sections) {
            results.of(section.suite())
                    .filter(result -> !Smoke.is(result))
                    .ifPresent(result -> section.views().forEach(view -> rows.addAll(rows(view, result, contenders))));
        }
        if (rows.isEmpty()) {
            return List.of("None.");
        }
        List<String> table = new ArrayList<>();
        table.add("| figure | case | who | ours / theirs |");
        table.add("|---|---|---|---:|");
        table.addAll(rows);
        return table;
    }

    private static List<String> rows(View view, SuiteResult result, List<String> contenders) {
        List<String> rows = new ArrayList<>();
        for (String column : view.columns(result)) {
            for (String contender : contenders) {
                Optional<Spread> ratio = view.ratio(result, contender, column);
                if (ratio.isPresent() && view.better().isTheirs(ratio.get().median())) {
                    rows.add("| " + view.heading() + ", " + view.metric() + " | "
                            + view.across().map(param -> param + " " + column).orElse("") + " | " + contender + " | "
                            + Figures.ratio(ratio.get().median()) + " |");
                }
            }
        }
        return rows;
    }
}
