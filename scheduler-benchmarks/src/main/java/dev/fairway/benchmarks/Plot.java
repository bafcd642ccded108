package dev.fairway.benchmarks;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** Draws figures as SVG: a bar for each median, a line from the lowest to the highest value. */
final class Plot {
    private static final int LABELS = 300;
    private static final int BARS = 420;
    private static final int VALUES = 110;
    private static final int ROW = 22;
    private static final int HEAD = 40;

    /** From here on the shorter bars of a linear scale cannot be seen. */
    private static final double LARGEST_LINEAR_RATIO = 100;

    private final List<Measurement> rows;
    private final double least;
    private final double most;
    private final boolean logarithmic;

    private Plot(List<Measurement> rows) {
        this.rows = rows;
        this.most = rows.stream().mapToDouble(Measurement::most).max().orElse(1);
        this.least = rows.stream().mapToDouble(Measurement::least).min().orElse(0);
        this.logarithmic = least > 0
                && rows.stream().mapToDouble(Measurement::median).max().orElse(1)
                        > LARGEST_LINEAR_RATIO
                                * rows.stream()
                                        .mapToDouble(Measurement::median)
                                        .min()
                                        .orElse(1);
    }

    /**
     * What there is to draw: of each benchmark the figures by which a goal is judged, or else its score.
     *
     * @return for each drawing its title, which is fit for a file, and its rows
     */
    static Map<String, List<Measurement>> drawings(Measurements measurements) {
        Map<String, List<Measurement>> drawings = new LinkedHashMap<>();
        for (Measurement one : measurements.all()) {
            Set<String> judged = Goals.figures(one.benchmark());
            if (judged.isEmpty() ? one.figure().equals(Measurements.SCORE) : judged.contains(one.figure())) {
                String title = one.figure().equals(Measurements.SCORE)
                        ? one.benchmark()
                        : one.benchmark() + "." + one.figure();
                drawings.computeIfAbsent(title, name -> new ArrayList<>()).add(one);
            }
        }
        drawings.replaceAll((title, rows) -> besideTheirOpponents(rows));
        return drawings;
    }

    /** Those that have all parameters but the opponent in common stand together. */
    private static List<Measurement> besideTheirOpponents(List<Measurement> rows) {
        Map<Map<String, String>, List<Measurement>> groups = new LinkedHashMap<>();
        for (Measurement one : rows) {
            groups.computeIfAbsent(Report.otherParameters(one), other -> new ArrayList<>())
                    .add(one);
        }
        return groups.values().stream().flatMap(List::stream).toList();
    }

    /**
     * {@return the drawing}
     *
     * @param title what was measured
     * @param rows its figures, all in the same unit; at least one
     */
    static String svg(String title, List<Measurement> rows) {
        return new Plot(rows).svg(title);
    }

    private String svg(String title) {
        int width = LABELS + BARS + VALUES;
        int height = HEAD + rows.size() * ROW + ROW / 2;
        StringBuilder svg = new StringBuilder();
        line(svg, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' role='img'>", width, height);
        line(svg, "<title>%s</title>", escape(title));
        line(
                svg,
                "<style>text{font:12px sans-serif;fill:#222}.bar{fill:#a8b4c0}.ours{fill:#2f6fab}.spread{stroke:#222}</style>");
        line(svg, "<rect width='%d' height='%d' fill='#fff'/>", width, height);
        line(
                svg,
                "<text x='8' y='20' font-weight='bold'>%s, %s%s</text>",
                escape(title),
                escape(rows.get(0).unit()),
                logarithmic ? ", logarithmic scale" : "");
        for (int i = 0; i < rows.size(); i++) {
            row(svg, rows.get(i), HEAD + i * ROW);
        }
        return svg.append("</svg>\n").toString();
    }

    /** How far to the right a value stands. */
    private double length(double value) {
        if (logarithmic) {
            double origin = Math.floor(Math.log10(least));
            return BARS * (Math.log10(value) - origin) / (Math.log10(most) - origin);
        }
        return most > 0 ? Math.max(0, BARS * value / most) : 0;
    }

    private void row(StringBuilder svg, Measurement row, int top) {
        String label = String.join(", ", row.parameters().values());
        String type = label.contains("FAIRWAY") ? "bar ours" : "bar";
        double middle = top + (ROW - 6) / 2.0;
        line(svg, "<text x='%d' y='%d' text-anchor='end'>%s</text>", LABELS - 8, top + 13, escape(label));
        line(
                svg,
                "<rect class='%s' x='%d' y='%d' width='%.1f' height='%d'/>",
                type,
                LABELS,
                top,
                length(row.median()),
                ROW - 6);
        line(
                svg,
                "<line class='spread' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>",
                LABELS + length(row.least()),
                middle,
                LABELS + length(row.most()),
                middle);
        line(svg, "<text x='%d' y='%d'>%s</text>", LABELS + BARS + 8, top + 13, Report.number(row.median()));
    }

    private static void line(StringBuilder svg, String format, Object... values) {
        svg.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
