package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Cpu;
import dev.fairway.benchmarks.Producers;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * 8 producers, 8 channels with room for 1 024 tasks each, 8 workers. An operation is a task that has run: each invocation puts in a
 * million, and ends when the last has. The processor time of an operation, all threads together, is a figure that other processes on the
 * machine disturb less.
 */
@State(Scope.Benchmark)
public abstract class Batches {
    static final int TASKS = 1_000_000;
    private static final int CHANNELS = 8;

    @Param({"YIELD"})
    public WhenFull whenFull = WhenFull.YIELD;

    /** What a task computes; INLINE shows how long that takes. */
    @Param({"0", "65"})
    public long tokens;

    int tasks = TASKS;

    private Producers producers;
    private final Cpu cpu = new Cpu();
    private long doneBefore;

    /** Opens whom the tasks are handed to. */
    abstract Contender contender(Shape shape);

    @Setup
    public void open() {
        Contender contender = contender(new Shape(8, CHANNELS, 1_024, whenFull));
        producers = contender.producers(CHANNELS, tokens);
    }

    @Setup(Level.Iteration)
    public void begin() {
        doneBefore = producers.done();
        cpu.begin();
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long batch() {
        return producers.run(tasks);
    }

    @TearDown(Level.Iteration)
    public void report() {
        cpu.report(producers.done() - doneBefore);
    }

    @TearDown
    public void close() {
        producers.close();
    }
}
