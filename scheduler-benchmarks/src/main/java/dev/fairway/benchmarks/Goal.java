package dev.fairway.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What we want to reach: a figure, or how it compares with another one.
 *
 * @param name its number, as in docs/benchmarks.md
 * @param what in words
 * @param figure whose figure
 * @param opponent what it is divided by; null for nothing
 * @param atLeast whether the bound is the least or the most that will do
 * @param bound the bound
 */
record Goal(
        String name, String what, Selector figure, @Nullable Selector opponent, boolean atLeast, double bound) {
    /**
     * Selects a figure.
     *
     * @param benchmark class and method
     * @param figure the figure
     * @param parameters those that matter
     */
    record Selector(String benchmark, String figure, Map<String, String> parameters) {
        Optional<Measurement> in(Measurements measurements) {
            return measurements.find(benchmark, figure, parameters);
        }
    }

    static final List<Goal> ALL = List.of(
            throughput("F1", "empty task, against TPE_LBQ", "0", Opponent.TPE_LBQ, 3),
            throughput("F1", "empty task, against TPE_ABQ", "0", Opponent.TPE_ABQ, 1.5),
            throughput("F1", "empty task, against JCTOOLS_LOOP", "0", Opponent.JCTOOLS_LOOP, 1),
            throughput("F2", "100 ns of work, against TPE_LBQ", "65", Opponent.TPE_LBQ, 1.2),
            throughput("F2", "100 ns of work, against TPE_ABQ", "65", Opponent.TPE_ABQ, 1.2),
            throughput("F2", "100 ns of work, against FORK_JOIN", "65", Opponent.FORK_JOIN, 0.95),
            quietTenant("2", Opponent.TPE_LBQ, 0.001),
            quietTenant("2", Opponent.LOCKED_SCAN, 1.5),
            quietTenant("8", Opponent.TPE_LBQ, 0.001),
            quietTenant("8", Opponent.LOCKED_SCAN, 1.5),
            lightLoad("wait.p50"),
            lightLoad("wait.p99"),
            channels("1000"),
            channels("100000"),
            atMost("F6", "time to open 100 000 channels, ms", "OpenChannelsBenchmark.open", "score", 1_000),
            atMost("F6", "heap of a fresh channel, B", "OpenChannelsBenchmark.open", "heap.fresh", 512),
            atMost("F6", "heap of a channel that was busy, B", "OpenChannelsBenchmark.open", "heap.used", 512),
            new Goal(
                    "F7",
                    "jobs/s, 1 000 times the 16 000 of mpmc_scheduler",
                    new Selector("SeedShapeBenchmark.batch", Measurements.SCORE, Map.of("commits", "false")),
                    null,
                    true,
                    16_000_000),
            // What the harness allocates in an iteration, divided by the millions of offers in it, is not zero.
            atMost("F8", "allocated by an accepted offer, B", "OfferBenchmark.accepted", "allocated", 0.01),
            atMost(
                    "F8",
                    "allocated by all threads for it, B",
                    "OfferBenchmark.accepted",
                    "allocated.allThreads",
                    0.01));

    private static Goal throughput(String name, String what, String tokens, Opponent opponent, double bound) {
        String benchmark = "ThroughputBenchmark.batch";
        return new Goal(
                name,
                what,
                new Selector(benchmark, Measurements.SCORE, Map.of("opponent", "FAIRWAY", "tokens", tokens)),
                new Selector(benchmark, Measurements.SCORE, Map.of("opponent", opponent.name(), "tokens", tokens)),
                true,
                bound);
    }

    private static Goal quietTenant(String workers, Opponent opponent, double bound) {
        String benchmark = "NoisyNeighbourBenchmark.quietTenant";
        return new Goal(
                "F3",
                "p99 of the quiet tenant, " + workers + " workers, against " + opponent,
                new Selector(benchmark, "wait.p99", Map.of("opponent", "FAIRWAY", "workers", workers)),
                new Selector(benchmark, "wait.p99", Map.of("opponent", opponent.name(), "workers", workers)),
                false,
                bound);
    }

    private static Goal lightLoad(String figure) {
        String benchmark = "LightLoadBenchmark.submit";
        return new Goal(
                "F4",
                figure + " under light load, against TPE_LBQ",
                new Selector(benchmark, figure, Map.of("opponent", "FAIRWAY")),
                new Selector(benchmark, figure, Map.of("opponent", "TPE_LBQ")),
                false,
                1.1);
    }

    private static Goal channels(String open) {
        String benchmark = "ManyChannelsBenchmark.batch";
        return new Goal(
                "F5",
                "a task's cost with " + open + " open channels, against 10",
                new Selector(benchmark, Measurements.SCORE, Map.of("opponent", "FAIRWAY", "openChannels", open)),
                new Selector(benchmark, Measurements.SCORE, Map.of("opponent", "FAIRWAY", "openChannels", "10")),
                false,
                1.5);
    }

    private static Goal atMost(String name, String what, String benchmark, String figure, double bound) {
        return new Goal(name, what, new Selector(benchmark, figure, Map.of()), null, false, bound);
    }

    /** What was reached; empty when it was not measured. */
    Optional<Measurement> reached(Measurements measurements) {
        Optional<Measurement> own = figure.in(measurements);
        if (opponent == null) {
            return own;
        }
        return own.flatMap(one -> opponent.in(measurements).map(one::dividedBy));
    }

    boolean isReachedBy(double value) {
        return atLeast ? value >= bound : value <= bound;
    }
}
