package org.reactivesessions.benchmarks.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Draws charts as SVG. The same figures make the same bytes. The vertical axis begins at zero. The places of the horizontal axis
 * are as far apart as each other, whatever their distance. Stateless.
 */
final class Chart {

    /** By which also those tell contenders apart who see no red or no green. */
    private static final List<String> COLOURS =
            List.of("#d55e00", "#0072b2", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999");

    private static final int WIDTH = 760;
    private static final int HEIGHT = 380;
    private static final int LEFT = 76;
    private static final int RIGHT = 150;
    private static final int TOP = 44;
    private static final int BOTTOM = 52;
    private static final int GRID_LINES = 5;
    private static final int LEGEND_LINE = 20;
    private static final double BARS_OF_GROUP = 0.8;
    private static final double ROOM_ABOVE = 1.05;

    private final List<String> elements = new ArrayList<>();
    private final double most;
    private final int places;

    private Chart(String title, List<String> places, List<Series> series) {
        this.places = places.size();
        this.most = round(series.stream()
                        .flatMap(one -> one.values().stream())
                        .flatMap(Optional::stream)
                        .mapToDouble(Double::doubleValue)
                        .max()
                        .orElse(1)
                * ROOM_ABOVE);
        elements.add(String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" font-family=\"sans-serif\""
                        + " font-size=\"12\" role=\"img\" aria-label=\"%s\">",
                WIDTH,
                HEIGHT,
                escaped(title)));
        elements.add("<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        text(LEFT, TOP / 2, "start", "font-size=\"14\" font-weight=\"bold\"", title);
        grid();
        for (int place = 0; place < this.places; place++) {
            text(x(place), HEIGHT - BOTTOM + LEGEND_LINE, "middle", "", places.get(place));
        }
        for (int number = 0; number < series.size(); number++) {
            int y = TOP + number * LEGEND_LINE;
            elements.add(String.format(
                    Locale.ROOT,
                    "<rect x=\"%d\" y=\"%d\" width=\"12\" height=\"12\" fill=\"%s\"/>",
                    WIDTH - RIGHT + 16,
                    y,
                    colour(number)));
            text(WIDTH - RIGHT + 34, y + 10, "start", "", series.get(number).name());
        }
    }

    /** A line for each series, with a dot at each place where something was measured. */
    static String lines(String title, String axis, List<String> places, List<Series> series) {
        Chart chart = new Chart(title, places, series);
        chart.text(LEFT + (WIDTH - LEFT - RIGHT) / 2.0, HEIGHT - 10, "middle", "", axis);
        for (int number = 0; number < series.size(); number++) {
            chart.line(series.get(number), colour(number));
        }
        return chart.end();
    }

    /** A group of bars for each place, with one of each series. */
    static String bars(String title, List<String> places, List<Series> series) {
        Chart chart = new Chart(title, places, series);
        for (int number = 0; number < series.size(); number++) {
            chart.bars(number, series.size(), series.get(number));
        }
        return chart.end();
    }

    private void grid() {
        for (int line = 0; line <= GRID_LINES; line++) {
            double value = most * line / GRID_LINES;
            elements.add(String.format(
                    Locale.ROOT,
                    "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"%s\"/>",
                    LEFT,
                    y(value),
                    WIDTH - RIGHT,
                    y(value),
                    line == 0 ? "#444444" : "#dddddd"));
            text(LEFT - 8.0, y(value) + 4, "end", "", Figures.of(value));
        }
    }

    private void line(Series series, String colour) {
        StringBuilder points = new StringBuilder();
        for (int place = 0; place < places; place++) {
            Optional<Double> value = series.values().get(place);
            if (value.isPresent()) {
                String x = String.format(Locale.ROOT, "%.1f", x(place));
                String y = String.format(Locale.ROOT, "%.1f", y(value.get()));
                points.append(points.isEmpty() ? "" : " ").append(x).append(',').append(y);
                elements.add("<circle cx=\"" + x + "\" cy=\"" + y + "\" r=\"3\" fill=\"" + colour + "\"/>");
            }
        }
        elements.add(
                "<polyline fill=\"none\" stroke=\"" + colour + "\" stroke-width=\"2\" points=\"" + points + "\"/>");
    }

    private void bars(int number, int of, Series series) {
        double group = (WIDTH - LEFT - RIGHT) / (double) places * BARS_OF_GROUP;
        double width = group / of;
        for (int place = 0; place < places; place++) {
            double x = x(place) - group / 2 + number * width;
            series.values()
                    .get(place)
                    .ifPresent(value -> elements.add(String.format(
                            Locale.ROOT,
                            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>",
                            x,
                            y(value),
                            width - 1,
                            y(0) - y(value),
                            colour(number))));
        }
    }

    private double x(int place) {
        return LEFT + (WIDTH - LEFT - RIGHT) * (place + 0.5) / places;
    }

    private double y(double value) {
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / most;
    }

    private void text(double x, double y, String anchor, String style, String text) {
        elements.add(String.format(
                Locale.ROOT,
                "<text x=\"%.1f\" y=\"%.1f\" text-anchor=\"%s\"%s>%s</text>",
                x,
                y,
                anchor,
                style.isEmpty() ? "" : " " + style,
                escaped(text)));
    }

    private String end() {
        elements.add("</svg>");
        return String.join("\n", elements) + "\n";
    }

    /** Up to a figure of which a fifth is easy to read. */
    private static double round(double value) {
        double unit = Math.pow(10, Math.floor(Math.log10(value)));
        for (double step : new double[] {1, 1.5, 2, 2.5, 3, 4, 5, 6, 8}) {
            if (value <= step * unit) {
                return step * unit;
            }
        }
        return 10 * unit;
    }

    private static String colour(int number) {
        return COLOURS.get(number % COLOURS.size());
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
