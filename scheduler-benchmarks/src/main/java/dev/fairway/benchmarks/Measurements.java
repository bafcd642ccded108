package dev.fairway.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;

/**
 * All figures of a run.
 *
 * @param all in the order in which they were measured
 */
record Measurements(List<Measurement> all) {
    static final String SCORE = "score";

    static Measurements of(Collection<RunResult> results) {
        List<Measurement> all = new ArrayList<>();
        for (RunResult result : results) {
            BenchmarkParams params = result.getParams();
            Map<String, String> parameters = new LinkedHashMap<>();
            params.getParamsKeys().forEach(key -> parameters.put(key, params.getParam(key)));
            for (String figure : figures(result)) {
                all.add(new Measurement(
                        shortName(params.getBenchmark()),
                        parameters,
                        figure,
                        unit(result, figure),
                        values(result, figure)));
            }
        }
        return new Measurements(all);
    }

    /** Reads what JMH has written as JSON. */
    @SuppressWarnings("unchecked") // a file that is not JMH's fails in the casts
    static Measurements ofJson(String json) {
        List<Measurement> all = new ArrayList<>();
        for (Object one : (List<Object>) Json.parse(json)) {
            Map<String, Object> run = (Map<String, Object>) one;
            String benchmark = shortName((String) run.get("benchmark"));
            Map<String, String> parameters = (Map<String, String>) run.getOrDefault("params", Map.of());
            all.add(ofJson(benchmark, parameters, SCORE, (Map<String, Object>) run.get("primaryMetric")));
            ((Map<String, Map<String, Object>>) run.getOrDefault("secondaryMetrics", Map.of()))
                    .forEach((figure, metric) -> all.add(ofJson(benchmark, parameters, figure, metric)));
        }
        return new Measurements(all);
    }

    @SuppressWarnings("unchecked")
    private static Measurement ofJson(
            String benchmark, Map<String, String> parameters, String figure, Map<String, Object> metric) {
        List<List<Double>> forks = (List<List<Double>>) metric.get("rawData");
        return new Measurement(benchmark, parameters, figure, (String) metric.get("scoreUnit"), perFork(forks));
    }

    /** With a single fork, its iterations. */
    private static List<Double> perFork(List<List<Double>> forks) {
        return forks.size() == 1
                ? forks.get(0)
                : forks.stream().map(Measurement::median).toList();
    }

    /** Class and method. */
    private static String shortName(String benchmark) {
        int method = benchmark.lastIndexOf('.');
        return benchmark.substring(benchmark.lastIndexOf('.', method - 1) + 1);
    }

    /** The score first, then the others by name. */
    private static List<String> figures(RunResult result) {
        TreeSet<String> secondary = new TreeSet<>();
        result.getBenchmarkResults()
                .forEach(fork -> fork.getIterationResults()
                        .forEach(iteration ->
                                secondary.addAll(iteration.getSecondaryResults().keySet())));
        List<String> figures = new ArrayList<>(List.of(SCORE));
        figures.addAll(secondary);
        return figures;
    }

    private static List<Double> values(RunResult result, String figure) {
        List<List<Double>> forks = new ArrayList<>();
        for (BenchmarkResult fork : result.getBenchmarkResults()) {
            forks.add(fork.getIterationResults().stream()
                    .flatMap(iteration -> find(iteration, figure).stream())
                    .map(Result::getScore)
                    .toList());
        }
        return perFork(forks);
    }

    private static String unit(RunResult result, String figure) {
        return result.getBenchmarkResults().stream()
                .flatMap(fork -> fork.getIterationResults().stream())
                .flatMap(iteration -> find(iteration, figure).stream())
                .map(Result::getScoreUnit)
                .findFirst()
                .orElse("");
    }

    private static Optional<Result<?>> find(IterationResult iteration, String figure) {
        return figure.equals(SCORE)
                ? Optional.of(iteration.getPrimaryResult())
                : Optional.ofNullable(iteration.getSecondaryResults().get(figure));
    }

    /** The figure of that benchmark with those parameters, whatever its others are. */
    Optional<Measurement> find(String benchmark, String figure, Map<String, String> parameters) {
        return all.stream()
                .filter(one -> one.benchmark().equals(benchmark)
                        && one.figure().equals(figure)
                        && one.parameters().entrySet().containsAll(parameters.entrySet()))
                .findFirst();
    }
}
