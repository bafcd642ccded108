package dev.fairway.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that put a batch of tasks into a contender, each into a channel of its own. */
final class Producers implements AutoCloseable {
    private final Contender contender;
    private final Tally tally = new Tally();
    private final CountedTask task;
    private final List<Thread> threads = new ArrayList<>();
    private final CyclicBarrier barrier;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Written before the barrier, read behind it. */
    private int tasksEach;

    private long expected;

    /**
     * Starts the threads.
     *
     * @param contender who runs the tasks
     * @param producers how many threads; the channels 0 to {@code producers - 1} are used
     * @param tokens what a task computes
     */
    Producers(Contender contender, int producers, long tokens) {
        this.contender = contender;
        this.task = new CountedTask(tally, tokens);
        this.barrier = new CyclicBarrier(producers + 1);
        for (int i = 0; i < producers; i++) {
            int channel = i;
            Thread thread = new Thread(() -> produce(channel), "producer-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    /** Puts in so many tasks, split among the producers, and waits until all have run. */
    long run(int tasks) {
        tasksEach = tasks / threads.size();
        expected += (long) tasksEach * threads.size();
        await();
        await(); // asleep: what this thread takes of a processor, the others lack
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("a producer failed", thrown);
        }
        Await.until(() -> done() >= expected, () -> done() + " of " + expected + " tasks have run");
        return done();
    }

    /** {@return how many tasks have run} */
    long done() {
        return tally.sum();
    }

    private void produce(int channel) {
        for (await(); tasksEach > 0; await()) {
            try {
                for (int i = tasksEach; i > 0; i--) {
                    contender.put(channel, task);
                }
            } catch (Throwable thrown) {
                failure.set(thrown);
            }
            await();
        }
    }

    private void await() {
        try {
            barrier.await();
        } catch (InterruptedException | BrokenBarrierException e) {
            throw new IllegalStateException("nobody interrupts benchmarks", e);
        }
    }

    /** Ends the threads and the contender. */
    @Override
    public void close() {
        tasksEach = 0;
        await();
        threads.forEach(Await::end);
        contender.close();
        if (tally.sum() != expected) {
            throw new IllegalStateException(tally.sum() + " tasks have run, not " + expected);
        }
    }
}
