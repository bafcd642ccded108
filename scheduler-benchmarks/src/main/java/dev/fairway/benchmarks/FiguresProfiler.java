package dev.fairway.benchmarks;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.infra.IterationParams;
import org.openjdk.jmh.profile.InternalProfiler;
import org.openjdk.jmh.results.AggregationPolicy;
import org.openjdk.jmh.results.IterationResult;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.ScalarResult;

/** Shows what benchmarks have found out beside their score: percentiles, bytes. */
public final class FiguresProfiler implements InternalProfiler {
    /** For JMH. */
    public FiguresProfiler() {}

    @Override
    public void beforeIteration(BenchmarkParams benchmark, IterationParams iteration) {
        Figures.drain();
    }

    @Override
    public Collection<? extends Result<?>> afterIteration(
            BenchmarkParams benchmark, IterationParams iteration, IterationResult result) {
        List<ScalarResult> results = new ArrayList<>();
        Figures.drain()
                .forEach((name, figure) ->
                        results.add(new ScalarResult(name, figure.value(), figure.unit(), AggregationPolicy.AVG)));
        return results;
    }

    @Override
    public String getDescription() {
        return "what benchmarks have found out beside their score";
    }
}
