package dev.fairway.benchmarks;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * One figure of one benchmark with one set of parameters.
 *
 * @param benchmark class and method
 * @param parameters its parameters, in their order
 * @param figure what was measured: "score", or the name of a secondary result
 * @param unit its unit
 * @param values the median of each fork, in the order of the rounds; with a single fork those of its iterations
 */
record Measurement(String benchmark, Map<String, String> parameters, String figure, String unit, List<Double> values) {
    double median() {
        return median(values);
    }

    double least() {
        return values.stream().mapToDouble(Double::doubleValue).min().orElse(Double.NaN);
    }

    double most() {
        return values.stream().mapToDouble(Double::doubleValue).max().orElse(Double.NaN);
    }

    /** How this compares with another, round by round: what disturbs a round disturbs both. */
    Measurement dividedBy(Measurement other) {
        int rounds = Math.min(values.size(), other.values.size());
        Double[] ratios = new Double[rounds];
        Arrays.setAll(ratios, i -> values.get(i) / other.values.get(i));
        return new Measurement(benchmark, parameters, figure, "×", List.of(ratios));
    }

    static double median(List<Double> values) {
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length == 0
                ? Double.NaN
                : sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
