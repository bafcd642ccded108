package dev.fairway.benchmarks.coordinator;

import dev.fairway.benchmarks.Allocated;
import dev.fairway.benchmarks.CountedTask;
import dev.fairway.benchmarks.Cpu;
import dev.fairway.benchmarks.Producers;
import dev.fairway.benchmarks.Tally;
import org.jspecify.annotations.Nullable;

/** Threads that submit empty tasks to a contender, within a {@link Window}. */
final class Submitters implements AutoCloseable {
    private static final int PADDING = 16;

    private final Tally tally = new Tally();
    private final CountedTask task = new CountedTask(tally, 0);
    private final Cpu cpu = new Cpu();
    private final Allocated allocated = new Allocated();
    private final Producers producers;
    private long doneBefore;

    /** The latest handle of each, so that handles are not for nothing. */
    private final @Nullable Object[] handles;

    Submitters(Contender contender, int submitters) {
        handles = new @Nullable Object[(submitters + 1) * PADDING];
        Window window = new Window(tally, submitters);
        producers = new Producers(
                submitter -> {
                    window.enter(submitter);
                    handles[(submitter + 1) * PADDING] = contender.submit(task);
                },
                submitters,
                tally,
                contender);
    }

    void begin() {
        doneBefore = producers.done();
        cpu.begin();
        allocated.begin();
    }

    /** Submits so many, and waits until all have run. */
    long run(int tasks) {
        return producers.run(tasks);
    }

    void report() {
        long done = producers.done() - doneBefore;
        cpu.report(done);
        allocated.reportAllThreads(done);
    }

    @Override
    public void close() {
        producers.close();
    }
}
