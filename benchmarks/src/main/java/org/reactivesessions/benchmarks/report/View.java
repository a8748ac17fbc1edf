package org.reactivesessions.benchmarks.report;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A table of one metric with a row for each contender, and perhaps a chart of it. Immutable.
 *
 * @param heading what it shows
 * @param metric what was measured, with its unit
 * @param where parameters that are the same for all of it
 * @param across the parameter that has a column for each of its values; empty for one column
 * @param better which way
 * @param chart what is drawn
 * @param file name of the chart without its ending; empty without one
 */
record View(
        String heading,
        String metric,
        Map<String, String> where,
        Optional<String> across,
        Better better,
        ChartKind chart,
        String file) {

    static final String OURS = "ours";

    /** In whatever order they were measured, this is how they are shown; who is not among them comes behind. */
    private static final List<String> ORDER =
            List.of(OURS, "ours-unguarded", "byhand", "spring", "vertx", "jdbc", "jdbc-vt");

    private static final String NOTHING = "–";

    /** What is drawn of a view. */
    enum ChartKind {
        NONE,
        LINES,
        BARS
    }

    View {
        where = Map.copyOf(where);
    }

    /** A table without a chart. */
    static View table(String heading, String metric, Map<String, String> where, String across, Better better) {
        return new View(heading, metric, where, Optional.of(across), better, ChartKind.NONE, "");
    }

    /** A table with lines along its columns. */
    static View lines(
            String file, String heading, String metric, Map<String, String> where, String across, Better better) {
        return new View(heading, metric, where, Optional.of(across), better, ChartKind.LINES, file);
    }

    /** A table with a group of bars for each of its columns. */
    static View bars(
            String file, String heading, String metric, Map<String, String> where, String across, Better better) {
        return new View(heading, metric, where, Optional.of(across), better, ChartKind.BARS, file);
    }

    /** A table with one column. */
    static View list(String heading, String metric, Map<String, String> where, Better better) {
        return new View(heading, metric, where, Optional.empty(), better, ChartKind.NONE, "");
    }

    private List<Measurement> measurements(SuiteResult result) {
        return result.of(metric, where);
    }

    boolean isIn(SuiteResult result) {
        return !measurements(result).isEmpty();
    }

    List<String> contenders(SuiteResult result) {
        return SuiteResult.values(measurements(result), SuiteResult.CONTENDER).stream()
                .sorted(Comparator.comparingInt(
                        contender -> ORDER.contains(contender) ? ORDER.indexOf(contender) : ORDER.size()))
                .toList();
    }

    List<String> columns(SuiteResult result) {
        return across.map(param -> SuiteResult.values(measurements(result), param))
                .orElseGet(() -> List.of(metric));
    }

    Optional<Measurement> cell(SuiteResult result, String contender, String column) {
        return measurements(result).stream()
                .filter(measurement -> measurement.has(Map.of(SuiteResult.CONTENDER, contender))
                        && across.map(param -> measurement.has(Map.of(param, column)))
                                .orElse(true))
                .findFirst();
    }

    /** Ours to theirs, of the rounds; empty if one of both was not measured. */
    Optional<Spread> ratio(SuiteResult result, String contender, String column) {
        return cell(result, OURS, column)
                .flatMap(ours -> cell(result, contender, column)
                        .filter(theirs -> theirs.values().stream().allMatch(value -> value != 0))
                        .map(ours::to));
    }

    /** The table, without its heading. */
    List<String> markdown(SuiteResult result) {
        List<String> columns = columns(result);
        boolean compared = contenders(result).contains(OURS);
        List<String> table = new ArrayList<>();
        table.add("| " + across.orElse("") + " | " + String.join(" | ", columns) + " |");
        table.add("|---|" + "---:|".repeat(columns.size()));
        for (String contender : contenders(result)) {
            StringBuilder row = new StringBuilder("| ").append(contender);
            for (String column : columns) {
                row.append(" | ")
                        .append(cell(result, contender, column).map(Figures::of).orElse(NOTHING));
                if (compared && !contender.equals(OURS)) {
                    row.append(ratio(result, contender, column)
                            .map(ratio -> " (" + Figures.ratio(ratio.median()) + ")")
                            .orElse(""));
                }
            }
            table.add(row.append(" |").toString());
        }
        return table;
    }

    /** The chart; empty if none is drawn. */
    Optional<String> svg(SuiteResult result) {
        String title = heading + ", " + metric + Smoke.suffix(result);
        return switch (chart) {
            case NONE -> Optional.empty();
            case LINES -> Optional.of(Chart.lines(title, across.orElse(""), columns(result), series(result)));
            case BARS -> Optional.of(Chart.bars(title, columns(result), series(result)));
        };
    }

    private List<Series> series(SuiteResult result) {
        return contenders(result).stream()
                .map(contender -> new Series(
                        contender,
                        columns(result).stream()
                                .map(column -> cell(result, contender, column)
                                        .map(cell -> cell.spread().median()))
                                .toList()))
                .toList();
    }
}
