package org.reactivesessions.proof.report;

import java.util.List;
import java.util.stream.Collectors;

/** Writes a page as one file of HTML that needs nothing else, in light and dark, on a wide screen and a narrow one. Stateless. */
public final class HtmlPage {

    private static final String HEAD = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>%s</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1rem; }
            h1 { font-size: 1.6rem; line-height: 1.25; }
            h2 { font-size: 1.2rem; margin-top: 2rem; }
            .wide { overflow-x: auto; }
            table { border-collapse: collapse; font-size: .9rem; }
            th, td { text-align: left; vertical-align: top; padding: .3rem .7rem; border-bottom: 1px solid #8886; }
            td.figure { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
            </style>
            </head>
            <body>
            <h1>%s</h1>
            """;

    private HtmlPage() {}

    public static String of(Page page) {
        StringBuilder html = new StringBuilder(HEAD.formatted(escaped(page.title()), escaped(page.title())));
        for (Page.Block block : page.blocks()) {
            if (block instanceof Page.Heading heading) {
                html.append("<h2>").append(escaped(heading.text())).append("</h2>\n");
            } else if (block instanceof Page.Paragraph paragraph) {
                html.append("<p>").append(escaped(paragraph.text())).append("</p>\n");
            } else if (block instanceof Page.Table table) {
                table(html, table.rows());
            }
        }
        return html.append("</body>\n</html>\n").toString();
    }

    private static void table(StringBuilder html, List<List<String>> rows) {
        html.append("<div class=\"wide\"><table>\n");
        for (int row = 0; row < rows.size(); row++) {
            String cell = row == 0 ? "th" : "td";
            html.append("<tr>")
                    .append(rows.get(row).stream()
                            .map(text -> "<" + cell + (Figures.isFigure(text) ? " class=\"figure\"" : "") + ">"
                                    + escaped(text) + "</" + cell + ">")
                            .collect(Collectors.joining()))
                    .append("</tr>\n");
        }
        html.append("</table></div>\n");
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
