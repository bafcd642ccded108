package dev.fairway.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads that together hand over a batch of something that is counted when it has arrived. */
public final class Producers implements AutoCloseable {
    /** Hands over one. */
    @FunctionalInterface
    public interface Step {
        /**
         * Hands over one, and waits while there is no room.
         *
         * @param producer whose turn it is; each is one thread
         */
        void take(int producer) throws InterruptedException;
    }

    private final Step step;
    private final Tally tally;
    private final AutoCloseable receiver;
    private final List<Thread> threads = new ArrayList<>();
    private final CyclicBarrier barrier;
    private final AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();

    /** Written before the barrier, read behind it. */
    private int each;

    private long expected;

    /**
     * Starts the threads.
     *
     * @param step hands over one
     * @param producers how many threads
     * @param tally counts those that have arrived
     * @param receiver is closed when the threads have ended
     */
    public Producers(Step step, int producers, Tally tally, AutoCloseable receiver) {
        this.step = step;
        this.tally = tally;
        this.receiver = receiver;
        this.barrier = new CyclicBarrier(producers + 1);
        for (int i = 0; i < producers; i++) {
            int producer = i;
            Thread thread = new Thread(() -> produce(producer), "producer-" + i);
            threads.add(thread);
            thread.start();
        }
    }

    /**
     * Hands over so many, split among the producers, and waits until all have arrived.
     *
     * @param count how many
     * @return how many have arrived since the beginning
     */
    public long run(int count) {
        each = count / threads.size();
        expected += (long) each * threads.size();
        await();
        await(); // asleep: what this thread takes of a processor, the others lack
        Throwable thrown = failure.get();
        if (thrown != null) {
            throw new IllegalStateException("a producer failed", thrown);
        }
        Await.until(() -> done() >= expected, () -> done() + " of " + expected + " have arrived");
        return done();
    }

    /** {@return how many have arrived} */
    public long done() {
        return tally.sum();
    }

    private void produce(int producer) {
        for (await(); each > 0; await()) {
            try {
                for (int i = each; i > 0; i--) {
                    step.take(producer);
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

    /** Ends the threads and closes the receiver. */
    @Override
    public void close() {
        each = 0;
        await();
        threads.forEach(Await::end);
        try {
            receiver.close();
        } catch (Exception e) {
            throw new IllegalStateException("the receiver cannot be closed", e);
        }
        if (tally.sum() != expected) {
            throw new IllegalStateException(tally.sum() + " have arrived, not " + expected);
        }
    }
}
