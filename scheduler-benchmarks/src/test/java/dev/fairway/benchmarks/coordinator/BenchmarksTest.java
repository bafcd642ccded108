package dev.fairway.benchmarks.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.fairway.benchmarks.Figures;
import dev.fairway.benchmarks.VirtualThreads;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Each benchmark does its work once, in a tiny size: nothing is measured, but none rots. */
class BenchmarksTest {
    @BeforeEach
    void forgetFigures() {
        Figures.drain();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIRWAY", "TPE_LBQ", "FORK_JOIN", "PEKKO_ASK"})
    void everyOpponentRunsABatch(Opponent opponent) {
        SubmitBenchmark benchmark = new SubmitBenchmark();
        benchmark.opponent = opponent;
        benchmark.workers = 2;
        benchmark.submitters = 2;
        benchmark.tasks = 20_000;
        benchmark.open();
        benchmark.begin();
        assertThat(benchmark.batch()).isEqualTo(20_000);
        assertThat(benchmark.batch()).isEqualTo(40_000);
        benchmark.report();
        benchmark.close();
        assertThat(Figures.drain()).containsOnlyKeys("cpu", "allocated.allThreads");
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIRWAY_VIRTUAL", "VIRTUAL_THREADS"})
    void virtualThreadsRunABatch(Opponent opponent) {
        assumeThat(VirtualThreads.exist()).isTrue();
        VirtualThreadsBenchmark benchmark = new VirtualThreadsBenchmark();
        benchmark.opponent = opponent;
        benchmark.workers = 2;
        benchmark.submitters = 1;
        benchmark.tasks = 2_000;
        benchmark.open();
        benchmark.begin();
        assertThat(benchmark.batch()).isEqualTo(2_000);
        benchmark.report();
        benchmark.close();
    }

    @Test
    void manyWorkersRunABatch() {
        ManyWorkersBenchmark benchmark = new ManyWorkersBenchmark();
        benchmark.workers = 1_000;
        benchmark.submitters = 1;
        benchmark.tasks = 2_000;
        benchmark.open();
        benchmark.begin();
        assertThat(benchmark.batch()).isEqualTo(2_000);
        benchmark.report();
        benchmark.close();
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIRWAY", "TPE_LBQ", "FORK_JOIN", "PEKKO_ASK"})
    void tripsAreMeasured(Opponent opponent) {
        for (int pauseMicros = 0; pauseMicros < 2; pauseMicros++) {
            RoundTripBenchmark benchmark = new RoundTripBenchmark();
            benchmark.opponent = opponent;
            benchmark.pauseMicros = pauseMicros;
            benchmark.open();
            benchmark.reset();
            benchmark.trip();
            benchmark.trip();
            benchmark.report();
            benchmark.close();
            assertThat(Figures.drain().get("trip.count").value()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource
    void unevenWorkersShareTheTasks(UnevenWorkersBenchmark.Division opponent) throws InterruptedException {
        UnevenWorkersBenchmark benchmark = new UnevenWorkersBenchmark();
        benchmark.opponent = opponent;
        benchmark.tasks = 100;
        benchmark.speeds = new Speeds(10, 100);
        benchmark.reset();
        assertThat(benchmark.makespan()).isPositive();
        benchmark.report();
        assertThat(Figures.drain()).containsOnlyKeys("ideal", "against.ideal");
    }

    @Test
    void theIdealIsWhatBothWorkersNeedTogether() {
        Speeds speeds = new Speeds(1_000, 3_000);
        speeds.work(0);
        speeds.work(0);
        speeds.work(0);
        speeds.work(1);
        assertThat(speeds.tasks()).isEqualTo(4);
        assertThat(speeds.ideal()).isGreaterThanOrEqualTo(3_000_000);
    }
}
