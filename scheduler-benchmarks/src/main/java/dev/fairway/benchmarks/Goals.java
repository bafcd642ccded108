package dev.fairway.benchmarks;

import java.util.List;
import java.util.Map;

/** What we want to reach. */
final class Goals {
    static final List<Goal> ALL = List.of(
            throughput("F1", "empty task, against TPE_LBQ", "0", "TPE_LBQ", 3),
            throughput("F1", "empty task, against TPE_ABQ", "0", "TPE_ABQ", 1.5),
            throughput("F1", "empty task, against JCTOOLS_LOOP", "0", "JCTOOLS_LOOP", 1),
            throughput("F2", "100 ns of work, against TPE_LBQ", "65", "TPE_LBQ", 1.2),
            throughput("F2", "100 ns of work, against TPE_ABQ", "65", "TPE_ABQ", 1.2),
            throughput("F2", "100 ns of work, against FORK_JOIN", "65", "FORK_JOIN", 0.95),
            quietTenant("2", "TPE_LBQ", 0.001),
            quietTenant("2", "LOCKED_SCAN", 1.5),
            quietTenant("8", "TPE_LBQ", 0.001),
            quietTenant("8", "LOCKED_SCAN", 1.5),
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
                    new Goal.Selector("SeedShapeBenchmark.batch", Measurements.SCORE, Map.of("commits", "false")),
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

    private static Goal throughput(String name, String what, String tokens, String opponent, double bound) {
        String benchmark = "ThroughputBenchmark.batch";
        return new Goal(
                name,
                what,
                new Goal.Selector(benchmark, Measurements.SCORE, Map.of("opponent", "FAIRWAY", "tokens", tokens)),
                new Goal.Selector(benchmark, Measurements.SCORE, Map.of("opponent", opponent, "tokens", tokens)),
                true,
                bound);
    }

    private static Goal quietTenant(String workers, String opponent, double bound) {
        String benchmark = "NoisyNeighbourBenchmark.quietTenant";
        return new Goal(
                "F3",
                "p99 of the quiet tenant, " + workers + " workers, against " + opponent,
                new Goal.Selector(benchmark, "wait.p99", Map.of("opponent", "FAIRWAY", "workers", workers)),
                new Goal.Selector(benchmark, "wait.p99", Map.of("opponent", opponent, "workers", workers)),
                false,
                bound);
    }

    private static Goal lightLoad(String figure) {
        String benchmark = "LightLoadBenchmark.submit";
        return new Goal(
                "F4",
                figure + " under light load, against TPE_LBQ",
                new Goal.Selector(benchmark, figure, Map.of("opponent", "FAIRWAY")),
                new Goal.Selector(benchmark, figure, Map.of("opponent", "TPE_LBQ")),
                false,
                1.1);
    }

    private static Goal channels(String open) {
        String benchmark = "ManyChannelsBenchmark.batch";
        return new Goal(
                "F5",
                "a task's cost with " + open + " open channels, against 10",
                new Goal.Selector(benchmark, Measurements.SCORE, Map.of("opponent", "FAIRWAY", "openChannels", open)),
                new Goal.Selector(benchmark, Measurements.SCORE, Map.of("opponent", "FAIRWAY", "openChannels", "10")),
                false,
                1.5);
    }

    private static Goal atMost(String name, String what, String benchmark, String figure, double bound) {
        return new Goal(name, what, new Goal.Selector(benchmark, figure, Map.of()), null, false, bound);
    }
}
