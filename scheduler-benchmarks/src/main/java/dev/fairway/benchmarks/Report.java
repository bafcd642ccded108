package dev.fairway.benchmarks;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Writes figures as Markdown. */
final class Report {
    private static final int LONGEST_BAR = 30;

    private final StringBuilder text = new StringBuilder();
    private final Measurements measurements;

    private Report(Measurements measurements) {
        this.measurements = measurements;
    }

    /**
     * {@return the tables}
     *
     * @param measurements what was measured
     * @param how a line on machine, JDK and command
     */
    static String markdown(Measurements measurements, String how) {
        Report report = new Report(measurements);
        report.text.append(how).append("\n\n");
        report.goals();
        report.benchmarks();
        return report.text.toString();
    }

    private void goals() {
        text.append("| goal | what | bound | median | from | to | |\n");
        text.append("| --- | --- | --- | ---: | ---: | ---: | --- |\n");
        for (Goal goal : Goals.ALL) {
            Optional<Measurement> reached = goal.reached(measurements);
            if (reached.isEmpty() || reached.get().values().isEmpty()) {
                continue;
            }
            Measurement value = reached.get();
            row(
                    goal.name(),
                    goal.what(),
                    (goal.atLeast() ? "≥ " : "≤ ") + number(goal.bound()),
                    number(value.median()),
                    number(value.least()),
                    number(value.most()),
                    goal.isReachedBy(value.median()) ? "reached" : "**missed**");
        }
        text.append('\n');
    }

    private void benchmarks() {
        Set<String> names = measurements.all().stream()
                .map(Measurement::benchmark)
                .collect(Collectors.toCollection(LinkedHashSet::new));
        for (String name : names) {
            benchmark(
                    name,
                    measurements.all().stream()
                            .filter(one -> one.benchmark().equals(name))
                            .toList());
        }
    }

    private void benchmark(String name, List<Measurement> rows) {
        text.append("`").append(name).append("`\n\n");
        text.append("| parameters | figure | median | from | to | unit | |\n");
        text.append("| --- | --- | ---: | ---: | ---: | --- | --- |\n");
        for (Measurement one : rows) {
            row(
                    String.join(", ", one.parameters().values()),
                    one.figure(),
                    number(one.median()),
                    number(one.least()),
                    number(one.most()),
                    one.unit(),
                    one.figure().equals(Measurements.SCORE) ? bar(one, rows) : "");
        }
        text.append('\n');
    }

    /** Compares opponents that have all other parameters in common. */
    private static String bar(Measurement one, List<Measurement> rows) {
        if (one.parameters().containsValue("INLINE")) {
            return ""; // not an opponent: it would leave the others no room
        }
        double longest = rows.stream()
                .filter(row -> row.figure().equals(one.figure())
                        && !row.parameters().containsValue("INLINE")
                        && otherParameters(row).equals(otherParameters(one)))
                .mapToDouble(Measurement::median)
                .max()
                .orElse(one.median());
        return "▇".repeat((int) Math.max(0, Math.round(one.median() / longest * LONGEST_BAR)));
    }

    /** All parameters but the opponent. */
    static Map<String, String> otherParameters(Measurement one) {
        Map<String, String> others = new TreeMap<>(one.parameters());
        others.remove("opponent");
        return others;
    }

    private void row(String... cells) {
        text.append("| ").append(String.join(" | ", cells)).append(" |\n");
    }

    /** With three or four digits that say something. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 1_000_000) {
            return String.format(Locale.ROOT, "%.2f M", value / 1_000_000);
        }
        String format = size >= 100 || size == Math.rint(size) ? "%.0f" : size >= 1 ? "%.2f" : "%.5f";
        return String.format(Locale.ROOT, format, value);
    }
}
