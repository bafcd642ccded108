package dev.fairway.benchmarks.coordinator;

import dev.fairway.benchmarks.CountedTask;
import dev.fairway.benchmarks.Pace;
import dev.fairway.benchmarks.Tally;
import dev.fairway.benchmarks.Waits;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * L2: from before an empty task is submitted until its caller, who waits for it, goes on. What matters are the trips, not the score. Back
 * to back, whoever spins for a while before it sleeps is found awake; with a pause, in which the caller sleeps, everybody has gone to sleep.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class RoundTripBenchmark {
    private static final int WORKERS = 4;

    @Param({"FAIRWAY", "TPE_LBQ", "FORK_JOIN", "PEKKO_ASK"})
    public Opponent opponent = Opponent.FAIRWAY;

    /** Between the starts of two trips; 0: one follows the other. */
    @Param({"0", "500"})
    public long pauseMicros;

    private final Waits trips = new Waits("trip");
    private final Tally tally = new Tally();
    private final Runnable task = new CountedTask(tally, 0);
    private Contender contender;
    private Pace pace;
    private long calls;

    @Setup
    public void open() {
        contender = opponent.open(WORKERS);
    }

    @Setup(Level.Iteration)
    public void reset() {
        trips.reset();
        pace = new Pace(TimeUnit.MICROSECONDS.toNanos(pauseMicros));
    }

    @Benchmark
    public void trip() {
        if (pauseMicros > 0) {
            pace.await();
        }
        calls++;
        long start = System.nanoTime();
        contender.call(task);
        trips.record(System.nanoTime() - start);
    }

    @TearDown(Level.Iteration)
    public void report() {
        trips.report();
    }

    @TearDown
    public void close() {
        contender.close();
        if (tally.sum() != calls) {
            throw new IllegalStateException(tally.sum() + " tasks have run, not " + calls);
        }
    }
}
