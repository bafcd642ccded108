package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.RejectedExecutionHandler;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** {@code ThreadPoolExecutor}. Its producers wait for room in the rejection handler, so they pay for no exception. */
final class PoolContender implements Contender {
    private final ThreadPoolExecutor pool;

    PoolContender(Shape shape, BlockingQueue<Runnable> queue) {
        pool = new ThreadPoolExecutor(
                shape.workers(), shape.workers(), 1, TimeUnit.MINUTES, queue, waitingForRoom(shape));
        pool.prestartAllCoreThreads();
    }

    /** {@return the handler in which producers wait} */
    static RejectedExecutionHandler waitingForRoom(Shape shape) {
        return shape.whenFull() == WhenFull.YIELD
                ? PoolContender::offerUntilThereIsRoom
                : PoolContender::putIntoTheQueue;
    }

    private static void offerUntilThereIsRoom(Runnable task, ThreadPoolExecutor pool) {
        do {
            Thread.yield();
        } while (!pool.getQueue().offer(task));
    }

    private static void putIntoTheQueue(Runnable task, ThreadPoolExecutor pool) {
        try {
            pool.getQueue().put(task);
        } catch (InterruptedException e) {
            throw new IllegalStateException("nobody interrupts producers", e);
        }
    }

    @Override
    public void put(int channel, Runnable task) {
        pool.execute(task);
    }

    @Override
    public int waiting(int channel) {
        return pool.getQueue().size();
    }

    @Override
    public void close() {
        pool.shutdown();
        Await.termination(pool);
    }
}
