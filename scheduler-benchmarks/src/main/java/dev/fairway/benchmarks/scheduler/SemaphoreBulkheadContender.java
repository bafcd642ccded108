package dev.fairway.benchmarks.scheduler;

import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * A semaphore bulkhead of resilience4j for each tenant, in front of a {@code ThreadPoolExecutor} with a {@code LinkedBlockingQueue}. A task
 * has its tenant's permission from before it is handed to the pool until it has run.
 *
 * <p>The bulkhead limits how much of the one queue a tenant may fill; within it the order is that of arrival, so that a small tenant waits
 * behind as many tasks as the others have permissions. It holds no backlog: what has no permission stays with its producer. There are no
 * turns and no weights, and nothing can be cancelled.
 */
final class SemaphoreBulkheadContender implements Contender {
    /** How long a producer that is made to wait does so before it tries again. */
    private static final Duration WAIT = Duration.ofMinutes(1);

    private final List<Bulkhead> bulkheads = new ArrayList<>();
    private final PoolContender pool;

    SemaphoreBulkheadContender(Shape shape) {
        BulkheadConfig config = BulkheadConfig.custom()
                .maxConcurrentCalls(shape.capacity())
                .maxWaitDuration(shape.whenFull() == WhenFull.YIELD ? Duration.ZERO : WAIT)
                .build();
        for (int i = 0; i < shape.channels(); i++) {
            bulkheads.add(Bulkhead.of("tenant-" + i, config));
        }
        pool = new PoolContender(shape, new LinkedBlockingQueue<>(shape.total()));
    }

    @Override
    public void put(int channel, Runnable task) {
        Bulkhead bulkhead = bulkheads.get(channel);
        while (!bulkhead.tryAcquirePermission()) {
            Thread.yield();
        }
        pool.put(channel, () -> {
            try {
                task.run();
            } finally {
                bulkhead.onComplete();
            }
        });
    }

    @Override
    public int waiting(int channel) {
        Bulkhead.Metrics metrics = bulkheads.get(channel).getMetrics();
        return metrics.getMaxAllowedConcurrentCalls() - metrics.getAvailableConcurrentCalls();
    }

    @Override
    public void close() {
        pool.close();
    }
}
