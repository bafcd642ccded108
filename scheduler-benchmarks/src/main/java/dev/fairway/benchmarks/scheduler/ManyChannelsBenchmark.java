package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Producers;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * F5: what a task costs when two of the open channels are busy and all others have been. Two producers, two workers. An
 * operation is a task that has run.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ManyChannelsBenchmark {
    static final int TASKS = 1_000_000;
    private static final int BUSY = 2;

    @Param({"FAIRWAY", "FAIRWAY_STRICT"})
    public Opponent opponent = Opponent.FAIRWAY;

    @Param({"10", "1000", "100000"})
    public int openChannels;

    int tasks = TASKS;

    private Producers producers;

    @Setup
    public void open() {
        Contender contender = opponent.open(new Shape(2, openChannels, 1_024, WhenFull.YIELD));
        for (int i = BUSY; i < openChannels; i++) {
            contender.put(i, () -> {});
        }
        producers = contender.producers(BUSY, 0);
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long batch() {
        return producers.run(tasks);
    }

    @TearDown
    public void close() {
        producers.close();
    }
}
