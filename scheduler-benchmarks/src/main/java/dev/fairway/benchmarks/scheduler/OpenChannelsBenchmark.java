package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import dev.fairway.benchmarks.Figures;
import dev.fairway.benchmarks.Heap;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.FairScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * F6: how long it takes to open 100 000 channels, and how much heap an idle one keeps: fresh, and after it has held a hundred
 * tasks and run them. The names are not counted: they are the caller's.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class OpenChannelsBenchmark {
    private static final int TASKS_EACH = 100;

    int channels = 100_000;

    private List<String> names = List.of();
    private FairScheduler<Runnable, @Nullable Void> scheduler;
    private long before;

    @Setup
    public void name() {
        names = new ArrayList<>();
        for (int i = 0; i < channels; i++) {
            names.add("tenant-" + i);
        }
    }

    @Setup(Level.Iteration)
    public void build() {
        scheduler = FairScheduler.<Runnable, @Nullable Void>processing(task -> {
                    task.run();
                    return null;
                })
                .build();
        before = Heap.used();
    }

    @Benchmark
    public FairScheduler<Runnable, @Nullable Void> open() {
        for (String name : names) {
            scheduler.openChannel(name);
        }
        return scheduler;
    }

    @TearDown(Level.Iteration)
    public void measure() {
        long fresh = Heap.used();
        for (Channel<Runnable, @Nullable Void> channel : scheduler.channels()) {
            for (int i = 0; i < TASKS_EACH; i++) {
                if (!channel.offer(OpenChannelsBenchmark::doNothing)) {
                    throw new IllegalStateException("there is room for more than " + i);
                }
            }
        }
        Await.until(
                () -> scheduler.stats().waiting() == 0, () -> scheduler.stats().toString());
        long used = Heap.used();
        Figures.put("heap.fresh", (double) (fresh - before) / channels, "B");
        Figures.put("heap.used", (double) (used - before) / channels, "B");
        scheduler.close();
    }

    private static void doNothing() {}
}
