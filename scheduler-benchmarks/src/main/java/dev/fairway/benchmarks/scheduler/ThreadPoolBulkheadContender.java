package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import io.github.resilience4j.bulkhead.ThreadPoolBulkhead;
import io.github.resilience4j.bulkhead.ThreadPoolBulkheadConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * A thread pool bulkhead of resilience4j for each tenant: its own queue, and its own part of the threads, at least one. Its producers wait
 * for room in the rejection handler, as those of {@link PoolContender}, so they pay for no exception. Each task has a future.
 *
 * <p>Nobody is disturbed by anybody else's backlog, because no thread is shared: a tenant's threads are idle while it has nothing to do, its
 * backlog gets no more than its own threads, and as many tenants as there may be need as many threads. There are no turns and no weights;
 * what was accepted runs, whoever cancels the future.
 */
final class ThreadPoolBulkheadContender implements Contender {
    private final List<ThreadPoolBulkhead> bulkheads = new ArrayList<>();

    ThreadPoolBulkheadContender(Shape shape) {
        ThreadPoolBulkheadConfig config = ThreadPoolBulkheadConfig.custom()
                .coreThreadPoolSize(shape.workersEach())
                .maxThreadPoolSize(shape.workersEach())
                .queueCapacity(shape.capacity())
                .rejectedExecutionHandler(PoolContender.waitingForRoom(shape))
                .build();
        for (int i = 0; i < shape.channels(); i++) {
            bulkheads.add(ThreadPoolBulkhead.of("tenant-" + i, config));
        }
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // tasks count themselves
    public void put(int channel, Runnable task) {
        bulkheads.get(channel).submit(task);
    }

    @Override
    public int waiting(int channel) {
        return bulkheads.get(channel).getMetrics().getQueueDepth();
    }

    /** Waits for the queues first: a bulkhead that is closed drops what has not run within 5 s. */
    @Override
    public void close() {
        for (int i = 0; i < bulkheads.size(); i++) {
            int channel = i;
            Await.until(() -> waiting(channel) == 0, () -> waiting(channel) + " wait");
        }
        for (ThreadPoolBulkhead bulkhead : bulkheads) {
            try {
                bulkhead.close();
            } catch (Exception e) {
                throw new IllegalStateException(bulkhead + " cannot be closed", e);
            }
        }
    }
}
