package dev.fairway.benchmarks.coordinator;

import dev.fairway.benchmarks.Await;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;

/** An executor of the JDK. */
final class PoolContender implements Contender {
    private final ExecutorService pool;

    PoolContender(ExecutorService pool) {
        this.pool = pool;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // it is returned
    public Object submit(Runnable task) {
        return pool.submit(task);
    }

    @Override
    public void call(Runnable task) {
        try {
            pool.submit(task).get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the tasks of benchmarks succeed", e);
        }
    }

    @Override
    public void close() {
        pool.shutdown();
        Await.termination(pool);
    }
}
