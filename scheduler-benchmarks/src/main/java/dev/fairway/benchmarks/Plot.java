package dev.fairway.benchmarks;

import java.util.List;
import java.util.Locale;

/** Draws a benchmark's scores as SVG: a bar for each median, a line from the lowest to the highest value. */
final class Plot {
    private static final int LABELS = 300;
    private static final int BARS = 420;
    private static final int VALUES = 110;
    private static final int ROW = 22;
    private static final int HEAD = 40;

    private Plot() {}

    /**
     * {@return the drawing}
     *
     * @param title what was measured
     * @param rows its figures, all in the same unit; at least one
     */
    static String svg(String title, List<Measurement> rows) {
        int width = LABELS + BARS + VALUES;
        int height = HEAD + rows.size() * ROW + ROW / 2;
        double most = rows.stream().mapToDouble(Measurement::most).max().orElse(1);
        StringBuilder svg = new StringBuilder();
        line(svg, "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 %d %d' role='img'>", width, height);
        line(svg, "<title>%s</title>", escape(title));
        line(
                svg,
                "<style>text{font:12px sans-serif;fill:#222}.bar{fill:#a8b4c0}.ours{fill:#2f6fab}.spread{stroke:#222}</style>");
        line(svg, "<rect width='%d' height='%d' fill='#fff'/>", width, height);
        line(
                svg,
                "<text x='8' y='20' font-weight='bold'>%s, %s</text>",
                escape(title),
                escape(rows.get(0).unit()));
        for (int i = 0; i < rows.size(); i++) {
            row(svg, rows.get(i), HEAD + i * ROW, most > 0 ? BARS / most : 0);
        }
        return svg.append("</svg>\n").toString();
    }

    private static void row(StringBuilder svg, Measurement row, int top, double scale) {
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
                Math.max(0, row.median() * scale),
                ROW - 6);
        line(
                svg,
                "<line class='spread' x1='%.1f' y1='%.1f' x2='%.1f' y2='%.1f'/>",
                LABELS + Math.max(0, row.least() * scale),
                middle,
                LABELS + Math.max(0, row.most() * scale),
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
