package dev.fairway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

class GoalsTest {
    private static Set<BenchmarkListEntry> benchmarks(String name) {
        return BenchmarkList.defaultList()
                .find(
                        OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT),
                        List.of("\\." + Pattern.quote(name) + "$"),
                        List.of());
    }

    @Test
    void everyGoalIsJudgedByOneBenchmarkAndParametersThatItHas() {
        Goals.ALL.stream().flatMap(Goal::selectors).distinct().forEach(selector -> {
            Set<BenchmarkListEntry> found = benchmarks(selector.benchmark());
            assertThat(found).as(selector.toString()).hasSize(1);
            Map<String, String[]> has = found.iterator().next().getParams().orElse(Map.of());
            assertThat(has.keySet())
                    .as(selector.toString())
                    .containsAll(selector.parameters().keySet());
        });
    }
}
