package dev.fairway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

class ReportTest {
    private static Measurement throughput(String opponent, Double... values) {
        Map<String, String> parameters = new LinkedHashMap<>();
        parameters.put("opponent", opponent);
        parameters.put("tokens", "0");
        parameters.put("whenFull", "YIELD");
        return new Measurement("ThroughputBenchmark.batch", parameters, "score", "ops/s", List.of(values));
    }

    @Test
    void aRatioIsTakenRoundByRound() {
        Measurement ratio = throughput("FAIRWAY", 3.0, 40.0, 5.0).dividedBy(throughput("TPE_LBQ", 1.0, 10.0, 2.5));
        assertThat(ratio.values()).containsExactly(3.0, 4.0, 2.0);
        assertThat(ratio.median()).isEqualTo(3.0);
    }

    @Test
    void theMedianOfAnEvenNumberLiesBetweenTheTwoInTheMiddle() {
        assertThat(Measurement.median(List.of(4.0, 1.0, 3.0, 2.0))).isEqualTo(2.5);
    }

    @Test
    void aGoalIsReachedOrMissedOrLeftOutWhenItWasNotMeasured() {
        Measurements measurements = new Measurements(List.of(
                throughput("FAIRWAY", 32_000_000.0),
                throughput("TPE_LBQ", 10_000_000.0),
                throughput("TPE_ABQ", 25_000_000.0)));
        assertThat(Report.markdown(measurements, "On a test."))
                .startsWith("On a test.\n")
                .contains("| F1 | empty task, against TPE_LBQ | ≥ 3 | 3.20 | 3.20 | 3.20 | reached |")
                .contains("| F1 | empty task, against TPE_ABQ | ≥ 1.50 | 1.28 | 1.28 | 1.28 | **missed** |")
                .doesNotContain("JCTOOLS_LOOP")
                .contains("| TPE_LBQ, 0, YIELD | score | 10.00 M | 10.00 M | 10.00 M | ops/s | ▇▇▇▇▇▇▇▇▇ |");
    }

    @Test
    void numbersHaveNoMoreDigitsThanTheySay() {
        assertThat(List.of(0.01601, 0.0, 2.345, 512.0, 353_632.4, 12_345_678.0).stream()
                        .map(Report::number))
                .containsExactly("0.01601", "0", "2.35", "512", "353632", "12.35 M");
    }

    /** A goal that names a benchmark or a parameter that is not there would never be measured, and nobody would notice. */
    @Test
    void goalsNameBenchmarksAndParametersThatThereAre() {
        Set<BenchmarkListEntry> entries = BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        List.of(".*"),
                        List.of());
        List<Goal.Selector> selectors = new ArrayList<>();
        for (Goal goal : Goals.ALL) {
            selectors.add(goal.figure());
            if (goal.opponent() != null) {
                selectors.add(goal.opponent());
            }
        }
        assertThat(selectors)
                .allSatisfy(selector -> assertThat(entries)
                        .anySatisfy(
                                entry -> assertThat(matches(entry, selector)).isTrue()));
    }

    private static boolean matches(BenchmarkListEntry entry, Goal.Selector selector) {
        if (!entry.getUsername().endsWith("." + selector.benchmark())) {
            return false;
        }
        Map<String, String[]> declared = entry.getParams().orElse(Map.of());
        return selector.parameters().entrySet().stream()
                .allMatch(parameter -> new TreeSet<>(List.of(declared.getOrDefault(parameter.getKey(), new String[0])))
                        .contains(parameter.getValue()));
    }
}
