package dev.fairway.benchmarks.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.benchmarks.Figures;
import dev.fairway.benchmarks.Tally;
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
    @EnumSource
    void everyOpponentBringsABatchToOneReceiver(Opponent opponent) {
        for (int senders : new int[] {1, 4}) {
            SequencingBenchmark benchmark = new SequencingBenchmark();
            benchmark.opponent = opponent;
            benchmark.senders = senders;
            benchmark.messages = 4_000;
            benchmark.open();
            benchmark.begin();
            assertThat(benchmark.batch()).isEqualTo(4_000);
            assertThat(benchmark.batch()).isEqualTo(8_000);
            benchmark.report();
            benchmark.close();
            assertThat(Figures.drain()).containsOnlyKeys("cpu", "allocated.allThreads");
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FAIRWAY_HANDLER", "FAIRWAY_POLL", "FAIRWAY", "NOTIFY_ALL"})
    void aBatchIsBroughtToManyReceivers(Opponent opponent) {
        for (ManyReceiversBenchmark.Addressed addressed : ManyReceiversBenchmark.Addressed.values()) {
            ManyReceiversBenchmark benchmark = new ManyReceiversBenchmark();
            benchmark.opponent = opponent;
            benchmark.receivers = 5;
            benchmark.addressed = addressed;
            benchmark.messages = 4_000;
            benchmark.open();
            benchmark.begin();
            assertThat(benchmark.batch()).isEqualTo(4_000);
            benchmark.report();
            benchmark.close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void everyOpponentMergesTheWholeBatch(MergingBenchmark.Merger opponent) {
        MergingBenchmark benchmark = new MergingBenchmark();
        benchmark.opponent = opponent;
        benchmark.sources = 4;
        benchmark.messages = 20_000;
        benchmark.open();
        benchmark.begin();
        assertThat(benchmark.batch()).isEqualTo(20_000);
        assertThat(benchmark.batch()).isEqualTo(40_000);
        benchmark.report();
        benchmark.close();
    }

    @Test
    void aReceiverMindsTheOrder() {
        Seen seen = new Seen(new Tally());
        seen.message("first", 2);
        assertThatThrownBy(() -> seen.message("earlier", 1)).hasMessage("timestamp 1 after 2");
        assertThatThrownBy(() -> seen.clock(2)).hasMessage("timestamp 2 after 2");
    }
}
