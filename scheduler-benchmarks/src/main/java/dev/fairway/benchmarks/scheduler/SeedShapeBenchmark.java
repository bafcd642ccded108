package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairScheduler;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * F7: the benchmark of mpmc_scheduler, which Fairway has grown from: a million jobs from 8 producers through 8 channels with room
 * for 1 024 each to 8 workers, from building the scheduler to the moment when it has ended. An operation is a job.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
public class SeedShapeBenchmark {
    static final int JOBS = 1_000_000;
    private static final int CHANNELS = 8;

    /** Whether jobs have a second phase, which a cancel could still keep from happening. */
    @Param({"false", "true"})
    public boolean commits;

    int jobs = JOBS;

    @Benchmark
    @OperationsPerInvocation(JOBS)
    public long batch() {
        FairScheduler.Builder<Integer, Integer> builder = FairScheduler.processing(job -> job);
        if (commits) {
            builder.committing((job, result) -> {});
        }
        FairScheduler<Integer, Integer> scheduler = builder.workers(8).build();
        List<Thread> producers = new ArrayList<>();
        for (int i = 0; i < CHANNELS; i++) {
            Channel<Integer, Integer> channel = scheduler.openChannel("channel-" + i, ChannelOptions.capacity(1_024));
            Thread producer = new Thread(() -> produce(channel), "producer-" + i);
            producers.add(producer);
            producer.start();
        }
        producers.forEach(Await::end);
        scheduler.close();
        long completed = scheduler.stats().completed();
        if (completed != (long) jobs / CHANNELS * CHANNELS) {
            throw new IllegalStateException(completed + " jobs completed, not " + jobs);
        }
        return completed;
    }

    private void produce(Channel<Integer, Integer> channel) {
        Integer job = 42;
        try {
            for (int i = jobs / CHANNELS; i > 0; i--) {
                channel.put(job);
            }
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts benchmarks", e);
        }
    }
}
