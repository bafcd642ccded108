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

/** As {@link SubmitBenchmark}, with virtual threads: in a class of its own, since Java 17 has none. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class VirtualThreadsBenchmark {
    static final int TASKS = 500_000;

    @Param({"FAIRWAY_VIRTUAL", "VIRTUAL_THREADS"})
    public Opponent opponent = Opponent.FAIRWAY_VIRTUAL;

    @Param({"4"})
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
