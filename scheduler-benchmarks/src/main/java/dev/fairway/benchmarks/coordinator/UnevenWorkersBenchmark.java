package dev.fairway.benchmarks.coordinator;

import dev.fairway.benchmarks.Await;
import dev.fairway.benchmarks.Figures;
import dev.fairway.coordinator.Coordinator;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
 * L3: ten thousand tasks at once for three workers that take a millisecond for each, and one that takes ten. How long until the last has
 * ended, and how much longer that is than with the best division of the tasks.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class UnevenWorkersBenchmark {
    /** Who divides the tasks. */
    public enum Division {
        /** The coordinator. */
        FAIRWAY,
        /** One queue, from which each worker, a thread, takes when it is free. Nobody can prefer or require a worker. */
        SHARED_QUEUE
    }

    @Param
    public Division opponent = Division.FAIRWAY;

    int tasks = 10_000;
    Speeds speeds = new Speeds(1_000, 1_000, 1_000, 10_000);

    private long nanos;

    @Setup(Level.Iteration)
    public void reset() {
        speeds.reset();
    }

    @Benchmark
    public long makespan() throws InterruptedException {
        long start = System.nanoTime();
        if (opponent == Division.FAIRWAY) {
            coordinate();
        } else {
            share();
        }
        nanos = System.nanoTime() - start;
        return nanos;
    }

    private void coordinate() throws InterruptedException {
        CountDownLatch left = new CountDownLatch(tasks);
        try (Coordinator<CountDownLatch, @Nullable Void> coordinator =
                Coordinator.<CountDownLatch, @Nullable Void>builder()
                        .capacity(tasks)
                        .build()) {
            for (int i = 0; i < speeds.workers(); i++) {
                int worker = i;
                coordinator.addWorker("worker-" + i, latch -> {
                    speeds.work(worker);
                    latch.countDown();
                    return null;
                });
            }
            for (int i = 0; i < tasks; i++) {
                coordinator.submit(left);
            }
            left.await();
        }
    }

    private void share() {
        LinkedBlockingQueue<Object> queue = new LinkedBlockingQueue<>(tasks);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            queue.add(queue);
        }
        for (int i = 0; i < speeds.workers(); i++) {
            int worker = i;
            Thread thread = new Thread(
                    () -> {
                        while (queue.poll() != null) {
                            speeds.work(worker);
                        }
                    },
                    "worker-" + i);
            threads.add(thread);
            thread.start();
        }
        threads.forEach(Await::end);
    }

    @TearDown(Level.Iteration)
    public void report() {
        if (speeds.tasks() != tasks) {
            throw new IllegalStateException(speeds.tasks() + " tasks have run, not " + tasks);
        }
        Figures.put("ideal", speeds.ideal() / TimeUnit.MILLISECONDS.toNanos(1), "ms");
        Figures.put("against.ideal", nanos / speeds.ideal(), "x");
    }
}
