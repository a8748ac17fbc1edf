package org.reactivesessions.proof.report;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Writes a page as text of which everything lines up. Stateless. */
public final class TextPage {

    private static final int WIDTH = 118;

    private TextPage() {}

    public static String of(Page page) {
        StringBuilder text = new StringBuilder();
        underlined(text, page.title(), '=');
        for (Page.Block block : page.blocks()) {
            text.append('\n');
            if (block instanceof Page.Heading heading) {
                underlined(text, heading.text(), '-');
            } else if (block instanceof Page.Paragraph paragraph) {
                wrap(text, paragraph.text());
            } else if (block instanceof Page.Table table) {
                table(text, table.rows());
            }
        }
        return text.toString();
    }

    private static void underlined(StringBuilder text, String title, char line) {
        text.append(title)
                .append('\n')
                .append(String.valueOf(line).repeat(title.length()))
                .append('\n');
    }

    private static void wrap(StringBuilder text, String paragraph) {
        int column = 0;
        for (String word : paragraph.split(" ", -1)) {
            if (column > 0 && column + 1 + word.length() > WIDTH) {
                text.append('\n');
                column = 0;
            } else if (column > 0) {
                text.append(' ');
                column++;
            }
            text.append(word);
            column += word.length();
        }
        text.append('\n');
    }

    private static void table(StringBuilder text, List<List<String>> rows) {
        int[] widths = IntStream.range(0, rows.get(0).size())
                .map(column -> rows.stream()
                        .mapToInt(row -> row.get(column).length())
                        .max()
                        .orElse(0))
                .toArray();
        for (int row = 0; row < rows.size(); row++) {
            text.append(line(rows.get(row), widths)).append('\n');
            if (row == 0) {
                text.append(IntStream.of(widths).mapToObj("-"::repeat).collect(Collectors.joining("  ")))
                        .append('\n');
            }
        }
    }

    private static String line(List<String> cells, int[] widths) {
        return IntStream.range(0, widths.length)
                .mapToObj(column -> {
                    String cell = cells.get(column);
                    String blanks = " ".repeat(widths[column] - cell.length());
                    return Figures.isFigure(cell) ? blanks + cell : cell + blanks;
                })
                .collect(Collectors.joining("  "))
                .stripTrailing();
    }
}
