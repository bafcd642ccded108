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

/**
 * L1: empty tasks for any worker, each with a handle. An operation is a task that has run: each invocation submits half a million, and
 * ends when the last has.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SubmitBenchmark {
    static final int TASKS = 500_000;

    @Param({"FAIRWAY", "TPE_LBQ", "FORK_JOIN", "PEKKO_ASK"})
    public Opponent opponent = Opponent.FAIRWAY;

    @Param({"1", "4", "16"})
    public int workers;

    @Param({"1"})
    public int submitters;

    int tasks = TASKS;

    private Submitters threads;

    @Setup
    public void open() {
        threads = new Submitters(opponent.open(workers), submitters);
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
