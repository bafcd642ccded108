package dev.fairway.benchmarks.coordinator;

import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Empty tasks for any worker, each with a handle. An operation is a task that has run: each invocation submits half a million, and
 * ends when the last has.
 */
@State(Scope.Benchmark)
public abstract class EmptyTasks {
    static final int TASKS = 500_000;

    @Param({"1"})
    public int submitters;

    int tasks = TASKS;

    private Submitters threads;

    /** Opens whom the tasks are submitted to. */
    abstract Contender contender();

    @Setup
    public void open() {
        threads = new Submitters(contender(), submitters);
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
