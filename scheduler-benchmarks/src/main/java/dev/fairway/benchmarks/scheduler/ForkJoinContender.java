package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import java.util.concurrent.ForkJoinPool;

/**
 * {@code ForkJoinPool}. It has no bound of its own; asking how much waits each time would cost more than the rest, so a producer
 * asks every now and then, and the bound is exceeded by a few percent.
 */
final class ForkJoinContender implements Contender {
    private static final int BETWEEN_LOOKS = 64;
    private static final int PADDING = 16;

    private final ForkJoinPool pool;
    private final int capacity;

    /** Each producer's count since its last look, in a cache line of its own. */
    private final int[] sinceLook;

    ForkJoinContender(Shape shape) {
        pool = new ForkJoinPool(shape.workers(), ForkJoinPool.defaultForkJoinWorkerThreadFactory, null, true);
        capacity = shape.total();
        sinceLook = new int[(shape.channels() + 1) * PADDING];
    }

    @Override
    public void put(int channel, Runnable task) {
        if (++sinceLook[(channel + 1) * PADDING] >= BETWEEN_LOOKS) {
            sinceLook[(channel + 1) * PADDING] = 0;
            while (pool.getQueuedSubmissionCount() >= capacity) {
                Thread.yield();
            }
        }
        pool.execute(task);
    }

    @Override
    public int waiting(int channel) {
        return pool.getQueuedSubmissionCount();
    }

    @Override
    public void close() {
        pool.shutdown();
        Await.termination(pool);
    }
}
