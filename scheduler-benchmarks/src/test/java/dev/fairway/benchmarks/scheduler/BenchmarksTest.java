package dev.fairway.benchmarks.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import dev.fairway.benchmarks.Await;
import dev.fairway.benchmarks.Figures;
import dev.fairway.benchmarks.Producers;
import dev.fairway.benchmarks.VirtualThreads;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each benchmark does its work once, in a tiny size: nothing is measured, but none rots. */
class BenchmarksTest {
    private static final Set<Opponent> VIRTUAL = EnumSet.of(Opponent.FAIRWAY_VIRTUAL, Opponent.VIRTUAL_THREADS);
    private static final int CAPACITY = 8;
    private static final int TASKS = 1_000;

    /** How many tasks are neither waiting nor counted as started: in the hands of a worker, or of a stage in between. */
    private static final int AT_WORK = 4;

    @BeforeEach
    void forgetFigures() {
        Figures.drain();
    }

    @ParameterizedTest
    @EnumSource
    void everyOpponentRunsABatchHoweverItsProducersWait(Opponent opponent) {
        assumeThatItRunsHere(opponent);
        for (WhenFull whenFull : WhenFull.values()) {
            Batches benchmark = throughput(opponent);
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

    private static Batches throughput(Opponent opponent) {
        if (VIRTUAL.contains(opponent)) {
            VirtualThreadsThroughputBenchmark benchmark = new VirtualThreadsThroughputBenchmark();
            benchmark.opponent = opponent;
            return benchmark;
        }
        ThroughputBenchmark benchmark = new ThroughputBenchmark();
        benchmark.opponent = opponent;
        return benchmark;
    }

    private static void assumeThatItRunsHere(Opponent opponent) {
        assumeThat(VirtualThreads.exist() || !VIRTUAL.contains(opponent)).isTrue();
    }

    /** Whoever lets producers run ahead does without what the others pay for, and measures the heap. FORK_JOIN looks now and then only. */
    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"FORK_JOIN"})
    void noProducerIsFurtherAheadThanThereIsRoom(Opponent opponent) {
        assumeThatItRunsHere(opponent);
        for (WhenFull whenFull : WhenFull.values()) {
            AtomicInteger handedOver = new AtomicInteger();
            AtomicInteger started = new AtomicInteger();
            AtomicInteger furthest = new AtomicInteger();
            Contender contender = opponent.open(new Shape(2, 1, CAPACITY, whenFull));
            for (int i = 0; i < TASKS; i++) {
                contender.put(0, () -> {
                    int ahead = handedOver.get() - started.incrementAndGet();
                    furthest.accumulateAndGet(ahead, Math::max);
                });
                handedOver.incrementAndGet();
            }
            Await.until(() -> started.get() == TASKS, () -> opponent + ": " + started + " have run");
            contender.close();
            assertThat(furthest.get()).isLessThanOrEqualTo(CAPACITY + AT_WORK);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIRWAY", "FAIRWAY_STRICT", "LOCKED_SCAN", "TPE_LBQ", "REACTOR_FLAT_MAP", "BULKHEAD_THREADS"})
    void aQuietTenantRunsBesideANoisyOne(Opponent opponent) {
        NoisyNeighbourBenchmark benchmark = new NoisyNeighbourBenchmark();
        benchmark.opponent = opponent;
        aQuietTenantRuns(benchmark);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIRWAY_VIRTUAL", "VIRTUAL_THREADS"})
    void aQuietTenantRunsOnVirtualThreads(Opponent opponent) {
        assumeThatItRunsHere(opponent);
        VirtualThreadsNeighbourBenchmark benchmark = new VirtualThreadsNeighbourBenchmark();
        benchmark.opponent = opponent;
        aQuietTenantRuns(benchmark);
    }

    private static void aQuietTenantRuns(QuietTenant benchmark) {
        benchmark.workers = 2;
        benchmark.tokens = 10;
        benchmark.backlog = 100;
        benchmark.open();
        benchmark.reset();
        benchmark.quietTenant();
        benchmark.close();
        benchmark.report();
        assertThat(Figures.drain()).containsKeys("wait.p50", "wait.p99", "wait.max", "backlog.tasks");
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIRWAY", "TPE_LBQ", "REACTOR_PUBLISH_ON", "REACTOR_FLAT_MAP", "BULKHEAD_THREADS"})
    void lightLoadIsMeasured(Opponent opponent) {
        LightLoadBenchmark benchmark = new LightLoadBenchmark();
        benchmark.opponent = opponent;
        twoTasksAreMeasured(benchmark);
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIRWAY_VIRTUAL", "VIRTUAL_THREADS"})
    void lightLoadIsMeasuredOnVirtualThreads(Opponent opponent) {
        assumeThatItRunsHere(opponent);
        VirtualThreadsLightLoadBenchmark benchmark = new VirtualThreadsLightLoadBenchmark();
        benchmark.opponent = opponent;
        twoTasksAreMeasured(benchmark);
    }

    private static void twoTasksAreMeasured(PacedTasks benchmark) {
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
