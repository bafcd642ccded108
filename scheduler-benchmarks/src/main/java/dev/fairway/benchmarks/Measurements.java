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
        return forks.size() == 1
                ? forks.get(0)
                : forks.stream().map(Measurement::median).toList();
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
