package dev.fairway.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class TallyTest {
    private static final int TASKS = 1_000;

    private final Tally tally = new Tally();

    private void count(ExecutorService executor) {
        for (int i = 0; i < TASKS; i++) {
            executor.execute(tally::count);
        }
        executor.shutdown();
        Await.termination(executor);
        assertThat(tally.sum()).isEqualTo(TASKS);
    }

    @Test
    void itCountsWhatSeveralThreadsDo() {
        count(Executors.newFixedThreadPool(2));
        assertThat(tally.cells()).isBetween(1, 2);
    }

    @Test
    void aVirtualThreadForEachTaskLeavesNothingBehind() {
        assumeTrue(VirtualThreads.exist());
        count(VirtualThreads.newThreadPerTaskExecutor());
        assertThat(tally.cells()).isZero();
    }
}
