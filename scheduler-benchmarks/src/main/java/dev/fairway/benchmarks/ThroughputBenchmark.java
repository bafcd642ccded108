package dev.fairway.benchmarks;

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
 * F1 and F2: 8 producers, 8 channels with room for 1 024 tasks each, 8 workers. An operation is a task that has run: each
 * invocation puts in a million, and ends when the last has.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class ThroughputBenchmark {
    static final int TASKS = 1_000_000;
    private static final int CHANNELS = 8;

    @Param
    public Opponent opponent = Opponent.FAIRWAY;

    @Param({"YIELD"})
    public WhenFull whenFull = WhenFull.YIELD;

    /** What a task computes; INLINE shows how long that takes. */
    @Param({"0", "60"})
    public long tokens;

    int tasks = TASKS;

    private Producers producers;

    @Setup
    public void open() {
        producers = new Producers(opponent.open(new Shape(8, CHANNELS, 1_024, whenFull)), CHANNELS, tokens);
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
