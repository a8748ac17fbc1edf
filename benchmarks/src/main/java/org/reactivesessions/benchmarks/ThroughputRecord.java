package org.reactivesessions.benchmarks;

import java.util.List;
import java.util.stream.Stream;

/**
 * A run of {@link InterleavedThroughput}, as it is written to a file: where it was, in lines that begin with {@code #}, and
 * what everybody gave, as comma-separated values. Immutable.
 *
 * @param environment where the figures come from
 * @param figures in the order in which they were measured
 */
record ThroughputRecord(List<String> environment, List<Figure> figures) {

    private static final String COMMENT = "# ";

    ThroughputRecord {
        environment = List.copyOf(environment);
        figures = List.copyOf(figures);
    }

    /**
     * Reads the lines of a file.
     *
     * @throws IllegalArgumentException if one is not understood
     */
    static ThroughputRecord parse(List<String> lines) {
        List<String> environment = lines.stream()
                .filter(line -> line.startsWith(COMMENT))
                .map(line -> line.substring(COMMENT.length()))
                .toList();
        List<String> values =
                lines.stream().filter(line -> !line.startsWith(COMMENT)).toList();
        if (values.isEmpty() || !values.get(0).equals(Figure.COLUMNS)) {
            throw new IllegalArgumentException("the first line that is no comment must be " + Figure.COLUMNS
                    + ", but the file begins with " + lines.stream().limit(1).toList());
        }
        return new ThroughputRecord(
                environment, values.stream().skip(1).map(Figure::parse).toList());
    }

    /** The lines of the file. */
    List<String> lines() {
        return Stream.of(
                        environment.stream().map(COMMENT::concat),
                        Stream.of(Figure.COLUMNS),
                        figures.stream().map(Figure::line))
                .flatMap(part -> part)
                .toList();
    }
}
