package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Allocated;
import dev.fairway.benchmarks.CountedTask;
import dev.fairway.benchmarks.Tally;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairScheduler;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * F8: what an {@code offer} of a task that is there already costs its producer, in time and in bytes: one that is accepted, with
 * a worker that runs the tasks meanwhile, and one that is refused because the channel is full.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OfferBenchmark {
    static final int OFFERS = 10_000;

    int offers = OFFERS;

    private final Runnable task = new CountedTask(new Tally(), 0);
    private FairScheduler<Runnable, @Nullable Void> scheduler;
    private Channel<Runnable, @Nullable Void> open;
    private Channel<Runnable, @Nullable Void> full;

    private final Allocated allocated = new Allocated();
    private long offered;

    @Setup
    public void open() {
        scheduler = FairScheduler.<Runnable, @Nullable Void>processing(ready -> {
                    ready.run();
                    return null;
                })
                .workers(1)
                .build();
        open = scheduler.openChannel("open", ChannelOptions.capacity(2 * OFFERS));
        full = scheduler.openChannel("full", ChannelOptions.capacity(1));
        full.pause();
        full.offer(task);
    }

    @Setup(Level.Iteration)
    public void begin() {
        offered = 0;
        allocated.begin();
    }

    /** Ends when all have run, so that each batch finds room. */
    @Benchmark
    @OperationsPerInvocation(OFFERS)
    public void accepted() {
        for (int i = 0; i < offers; i++) {
            if (!open.offer(task)) {
                throw new IllegalStateException("there is room for more than " + i);
            }
        }
        offered += offers;
        while (open.size() > 0) {
            Thread.yield();
        }
    }

    @Benchmark
    @OperationsPerInvocation(OFFERS)
    public void refused() {
        for (int i = 0; i < offers; i++) {
            if (full.offer(task)) {
                throw new IllegalStateException("there is no room");
            }
        }
        offered += offers;
    }

    @TearDown(Level.Iteration)
    public void report() {
        allocated.report(offered);
        allocated.reportAllThreads(offered);
    }

    @TearDown
    public void close() {
        full.cancelAll();
        scheduler.close();
    }
}
