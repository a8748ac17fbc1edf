package org.reactivesessions.postgres.report;

import static java.util.Locale.ROOT;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** What is printed, line by line, and kept for the report. Not thread-safe. */
public final class Page {

    private final PrintStream out;
    private final List<String> lines = new ArrayList<>();

    public Page(PrintStream out) {
        this.out = out;
    }

    public void line(String text) {
        lines.add(text);
        out.println(text);
    }

    /** A Markdown table; the first row is its head. All columns but the first are set flush right if they are figures. */
    public void table(List<List<String>> rows) {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        for (int row = 0; row < rows.size(); row++) {
            line(format(rows.get(row), widths));
            if (row == 0) {
                line(Arrays.stream(widths).mapToObj("-"::repeat).collect(Collectors.joining(" | ", "| ", " |")));
            }
        }
        line("");
    }

    private static String format(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> pad(cells.get(column), widths[column]))
                .collect(Collectors.joining(" | ", "| ", " |"));
    }

    private static String pad(String cell, int width) {
        String blanks = " ".repeat(width - cell.length());
        return cell.isEmpty() || !Character.isDigit(cell.charAt(0)) || cell.indexOf(' ') >= 0
                ? cell + blanks
                : blanks + cell;
    }

    public static String figure(@Nullable Long figure) {
        return figure == null ? "–" : String.format(ROOT, "%,d", figure);
    }

    public void writeTo(Path file) throws IOException {
        Files.write(file, lines);
    }
}
