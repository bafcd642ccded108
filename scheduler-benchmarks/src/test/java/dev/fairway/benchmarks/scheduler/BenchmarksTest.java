package dev.fairway.benchmarks.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.benchmarks.Figures;
import dev.fairway.benchmarks.Producers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each benchmark does its work once, in a tiny size: nothing is measured, but none rots. */
class BenchmarksTest {
    @BeforeEach
    void forgetFigures() {
        Figures.drain();
    }

    @ParameterizedTest
    @EnumSource
    void everyOpponentRunsABatchHoweverItsProducersWait(Opponent opponent) {
        for (WhenFull whenFull : WhenFull.values()) {
            ThroughputBenchmark benchmark = new ThroughputBenchmark();
            benchmark.opponent = opponent;
            benchmark.whenFull = whenFull;
            benchmark.tokens = 1;
            benchmark.tasks = 20_000;
            benchmark.open();
            benchmark.begin();
            assertThat(benchmark.batch()).isEqualTo(20_000);
            assertThat(benchmark.batch()).isEqualTo(40_000);
            benchmark.report();
            benchmark.close();
            assertThat(Figures.drain()).containsOnlyKeys("cpu");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIRWAY", "FAIRWAY_STRICT", "LOCKED_SCAN", "TPE_LBQ"})
    void aQuietTenantRunsBesideANoisyOne(Opponent opponent) {
        NoisyNeighbourBenchmark benchmark = new NoisyNeighbourBenchmark();
        benchmark.opponent = opponent;
        benchmark.workers = 2;
        benchmark.tokens = 10;
        benchmark.backlog = 100;
        benchmark.open();
        benchmark.reset();
        benchmark.quietTenant();
        benchmark.close();
        benchmark.report();
        assertThat(Figures.drain()).containsKeys("wait.p50", "wait.p99", "wait.max");
    }

    @Test
    void lightLoadIsMeasured() {
        LightLoadBenchmark benchmark = new LightLoadBenchmark();
        benchmark.pauseMicros = 1;
        benchmark.open();
        benchmark.reset();
        benchmark.submit();
        benchmark.submit();
        benchmark.close();
        benchmark.report();
        assertThat(Figures.drain().get("tasks").value()).isEqualTo(2);
    }

    @Test
    void manyChannelsAreOpenAndTwoAreBusy() {
        ManyChannelsBenchmark benchmark = new ManyChannelsBenchmark();
        benchmark.openChannels = 100;
        benchmark.tasks = 1_000;
        benchmark.open();
        assertThat(benchmark.batch()).isEqualTo(1_000);
        benchmark.close();
    }

    @Test
    void theHeapOfChannelsIsMeasured() {
        OpenChannelsBenchmark benchmark = new OpenChannelsBenchmark();
        benchmark.channels = 100;
        benchmark.name();
        benchmark.build();
        assertThat(benchmark.open().channels()).hasSize(100);
        benchmark.measure();
        assertThat(Figures.drain()).containsOnlyKeys("heap.fresh", "heap.used");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aWholeLifeRunsAllJobs(boolean commits) {
        SeedShapeBenchmark benchmark = new SeedShapeBenchmark();
        benchmark.commits = commits;
        benchmark.jobs = 1_000;
        assertThat(benchmark.batch()).isEqualTo(1_000);
    }

    @Test
    void offersAreAcceptedAndRefused() {
        OfferBenchmark benchmark = new OfferBenchmark();
        benchmark.offers = 100;
        benchmark.open();
        benchmark.begin();
        benchmark.accepted();
        benchmark.refused();
        benchmark.report();
        benchmark.close();
        assertThat(Figures.drain()).containsOnlyKeys("allocated", "allocated.allThreads");
    }

    @Test
    void aProducerThatFailsFailsTheBatch() {
        Contender broken = new Contender() {
            @Override
            public void put(int channel, Runnable task) {
                throw new IllegalStateException("broken");
            }

            @Override
            public int waiting(int channel) {
                return 0;
            }

            @Override
            public void close() {}
        };
        Producers producers = broken.producers(1, 0);
        assertThatThrownBy(() -> producers.run(1))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a producer failed");
        assertThatThrownBy(producers::close).hasMessage("0 have arrived, not 1");
    }
}
