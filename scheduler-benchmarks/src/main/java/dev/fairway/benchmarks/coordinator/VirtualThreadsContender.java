package dev.fairway.benchmarks.coordinator;

import dev.fairway.benchmarks.Await;
import dev.fairway.benchmarks.VirtualThreads;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/** A virtual thread for each task, of which a semaphore lets as many run as there are workers. Java 21 and later. */
final class VirtualThreadsContender implements Contender {
    private final ExecutorService threads = VirtualThreads.newThreadPerTaskExecutor();
    private final Semaphore permits;

    VirtualThreadsContender(int workers) {
        permits = new Semaphore(workers);
    }

    private void run(Runnable task) {
        permits.acquireUninterruptibly();
        try {
            task.run();
        } finally {
            permits.release();
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is returned
    public Object submit(Runnable task) {
        return threads.submit(() -> run(task));
    }

    @Override
    public void call(Runnable task) {
        try {
            threads.submit(() -> run(task)).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the tasks of benchmarks succeed", e);
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        Await.termination(threads);
    }
}
