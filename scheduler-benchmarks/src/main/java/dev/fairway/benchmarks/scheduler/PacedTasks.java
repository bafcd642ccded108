package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Pace;
import dev.fairway.benchmarks.Waits;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long a task waits for its start when there is little to do. The score is the pace; what matters are the waits.
 *
 * <p>Between two tasks the submitting thread sleeps, so that every worker has gone to sleep as well: it is waking that is measured.
 */
@State(Scope.Benchmark)
public abstract class PacedTasks {
    @Param({"500"})
    public long pauseMicros;

    private final Waits waits = new Waits();
    private Contender contender;
    private Pace pace;

    /** Opens whom the tasks are handed to. */
    abstract Contender contender(Shape shape);

    @Setup
    public void open() {
        contender = contender(new Shape(8, 8, 1_024, WhenFull.YIELD));
    }

    @Setup(Level.Iteration)
    public void reset() {
        waits.reset();
        pace = new Pace(TimeUnit.MICROSECONDS.toNanos(pauseMicros));
    }

    @Benchmark
    public void submit() {
        pace.await();
        contender.put(0, waits.newTask());
    }

    @TearDown(Level.Iteration)
    public void report() {
        waits.report();
    }

    @TearDown
    public void close() {
        contender.close();
    }
}
