package dev.fairway.benchmarks.coordinator;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** L4: what an empty task for any worker costs when there are a few workers, and when there are thousands, most of them idle. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class ManyWorkersBenchmark {
    static final int TASKS = 500_000;

    @Param({"10", "10000"})
    public int workers;

    @Param({"1"})
    public int submitters;

    int tasks = TASKS;

    private Submitters threads;

    @Setup
    public void open() {
        threads = new Submitters(Opponent.FAIRWAY.open(workers), submitters);
    }

    @Setup(Level.Iteration)
    public void begin() {
        threads.begin();
    }

    @Benchmark
    @OperationsPerInvocation(TASKS)
    public long batch() {
        return threads.run(tasks);
    }

    @TearDown(Level.Iteration)
    public void report() {
        threads.report();
    }

    @TearDown
    public void close() {
        threads.close();
    }
}
