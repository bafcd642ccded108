package dev.fairway.benchmarks;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What we want to reach. */
final class Goals {
    private static final String SEQUENCING = "SequencingBenchmark.batch";
    private static final Map<String, String> FAIRWAY = Map.of("opponent", "FAIRWAY");

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
            atMost("F8", "allocated by all threads for it, B", "OfferBenchmark.accepted", "allocated.allThreads", 0.01),
            submit("1", "TPE_LBQ", 2.5),
            submit("4", "TPE_LBQ", 2.5),
            submit("16", "TPE_LBQ", 2.5),
            submit("1", "PEKKO_ASK", 20),
            submit("4", "PEKKO_ASK", 20),
            submit("16", "PEKKO_ASK", 20),
            submitted("1"),
            submitted("4"),
            submitted("16"),
            roundTrip("0", "back to back"),
            roundTrip("500", "paced"),
            new Goal(
                    "L3",
                    "one worker 10 times slower: makespan against the ideal",
                    new Goal.Selector("UnevenWorkersBenchmark.makespan", "against.ideal", FAIRWAY),
                    null,
                    false,
                    1.15),
            new Goal(
                    "L4",
                    "a task's cost with 10 000 workers, against 10",
                    new Goal.Selector("ManyWorkersBenchmark.batch", Measurements.SCORE, Map.of("workers", "10000")),
                    new Goal.Selector("ManyWorkersBenchmark.batch", Measurements.SCORE, Map.of("workers", "10")),
                    false,
                    2),
            log("1"),
            log("4"),
            atLeast(
                    "C1",
                    "messages/s, 1 to 1: 8 times the 1.0 M of clocked_dispatch",
                    SEQUENCING,
                    from("1"),
                    8_000_000),
            atLeast(
                    "C1",
                    "messages/s, 4 to 1: 8 times the 0.53 M of clocked_dispatch",
                    SEQUENCING,
                    from("4"),
                    4_240_000),
            new Goal(
                    "C2",
                    "handlers: messages/s to 64 receivers, against one",
                    receivers("64"),
                    receivers("1"),
                    true,
                    0.8),
            atLeast("C3", "messages/s, 4 to 1, frontier", "MergingBenchmark.batch", FAIRWAY, 5_000_000),
            atMost(
                    "S1",
                    "a call through the proxy, more than submit and join, us",
                    "ProxyBenchmark.both",
                    "more.p50",
                    1),
            atMost("S2", "share of the start, nothing used, ms", "StartBenchmark.start", "share.unused", 150),
            atMost("S2", "share of the start, all three used, ms", "StartBenchmark.start", "share.used", 150));

    /** By which figures of that benchmark a goal is judged. */
    static Set<String> figures(String benchmark) {
        return ALL.stream()
                .flatMap(Goal::selectors)
                .filter(selector -> selector.benchmark().equals(benchmark))
                .map(Goal.Selector::figure)
                .collect(Collectors.toSet());
    }

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

    private static Goal submit(String workers, String opponent, double bound) {
        return new Goal(
                "L1",
                "empty task, " + workers + (workers.equals("1") ? " worker" : " workers") + ", against " + opponent,
                submitter(workers, "FAIRWAY"),
                submitter(workers, opponent),
                true,
                bound);
    }

    private static Goal submitted(String workers) {
        String what = "tasks/s, " + workers + (workers.equals("1") ? " worker" : " workers");
        return new Goal(
                "L1",
                what + ": 5 times the 4 M of the crate coordinator",
                submitter(workers, "FAIRWAY"),
                null,
                true,
                20_000_000);
    }

    private static Goal.Selector submitter(String workers, String opponent) {
        return new Goal.Selector(
                "SubmitBenchmark.batch", Measurements.SCORE, Map.of("opponent", opponent, "workers", workers));
    }

    private static Goal roundTrip(String pause, String how) {
        String benchmark = "RoundTripBenchmark.trip";
        return new Goal(
                "L2",
                "p50 of submit and join, " + how + ", against TPE_LBQ",
                new Goal.Selector(benchmark, "trip.p50", Map.of("opponent", "FAIRWAY", "pauseMicros", pause)),
                new Goal.Selector(benchmark, "trip.p50", Map.of("opponent", "TPE_LBQ", "pauseMicros", pause)),
                false,
                1.2);
    }

    private static Goal log(String senders) {
        return new Goal(
                "C1",
                senders + " to 1, against DISRUPTOR",
                new Goal.Selector(SEQUENCING, Measurements.SCORE, from(senders)),
                new Goal.Selector(SEQUENCING, Measurements.SCORE, Map.of("opponent", "DISRUPTOR", "senders", senders)),
                true,
                0.65);
    }

    private static Map<String, String> from(String senders) {
        return Map.of("opponent", "FAIRWAY", "senders", senders);
    }

    private static Goal.Selector receivers(String receivers) {
        return new Goal.Selector(
                "ManyReceiversBenchmark.batch",
                Measurements.SCORE,
                Map.of("opponent", "FAIRWAY_HANDLER", "receivers", receivers));
    }

    private static Goal atLeast(
            String name, String what, String benchmark, Map<String, String> parameters, double bound) {
        return new Goal(name, what, new Goal.Selector(benchmark, Measurements.SCORE, parameters), null, true, bound);
    }

    private static Goal atMost(String name, String what, String benchmark, String figure, double bound) {
        return new Goal(name, what, new Goal.Selector(benchmark, figure, Map.of()), null, false, bound);
    }
}
