package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import dev.fairway.benchmarks.CountedTask;
import dev.fairway.benchmarks.Figures;
import dev.fairway.benchmarks.Pace;
import dev.fairway.benchmarks.Tally;
import dev.fairway.benchmarks.Waits;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * How long the tasks of a small tenant wait, one each millisecond, beside a tenant whose backlog is kept at 100 000 tasks of some
 * microseconds. The score is the pace of the small tenant; what matters are the waits. How many tasks of the backlog ran meanwhile is a
 * figure, too: whoever keeps workers aside for the small tenant pays for it there.
 */
@State(Scope.Benchmark)
public abstract class QuietTenant {
    static final int BACKLOG = 100_000;
    private static final int NOISY = 0;
    private static final int QUIET = 1;
    private static final long MILLISECOND = 1_000_000;
    private static final long SECOND = 1_000_000_000;

    @Param({"2", "8"})
    public int workers;

    /** What a task of the backlog computes: about 3 microseconds. */
    @Param({"2000"})
    public long tokens;

    int backlog = BACKLOG;

    private final Waits waits = new Waits();
    private final Tally ran = new Tally();
    private Contender contender;
    private Thread feeder;
    private Pace pace;
    private CountedTask work;
    private volatile boolean closing;
    private long ranBefore;
    private long start;

    /** Opens whom the tasks are handed to. */
    abstract Contender contender(Shape shape);

    @Setup
    public void open() {
        work = new CountedTask(ran, tokens);
        contender = contender(new Shape(workers, 2, 2 * backlog, WhenFull.YIELD));
        fill();
        feeder = new Thread(this::feed, "feeder");
        feeder.start();
    }

    private void feed() {
        while (!closing) {
            LockSupport.parkNanos(MILLISECOND);
            fill();
        }
    }

    private void fill() {
        for (int missing = backlog - contender.waiting(NOISY); missing > 0; missing--) {
            contender.put(NOISY, work);
        }
    }

    @Setup(Level.Iteration)
    public void reset() {
        waits.reset();
        pace = new Pace(MILLISECOND);
        ranBefore = ran.sum();
        start = System.nanoTime();
    }

    @Benchmark
    public void quietTenant() {
        pace.await();
        contender.put(QUIET, waits.newTask());
    }

    @TearDown(Level.Iteration)
    public void report() {
        double seconds = (double) (System.nanoTime() - start) / SECOND;
        Figures.put("backlog.tasks", (ran.sum() - ranBefore) / seconds, "ops/s");
        waits.report();
    }

    @TearDown
    public void close() {
        closing = true;
        Await.end(feeder);
        contender.close();
    }
}
