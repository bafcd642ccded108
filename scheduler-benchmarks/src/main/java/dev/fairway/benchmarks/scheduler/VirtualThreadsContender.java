package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import dev.fairway.benchmarks.VirtualThreads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Semaphore;

/**
 * A virtual thread for each task, and two semaphores for each tenant: one for the room, and one that lets its part of the workers run, at
 * least one. Java 21 and later.
 *
 * <p>A tenant that is alone gets no more than its own part. Who may run is not who has a processor: tasks that compute keep theirs until
 * they end or wait. A waiting task is a thread, with a stack. There are no turns, no weights and no handles, and what waits can only be
 * cancelled by interrupting each of its threads.
 */
final class VirtualThreadsContender implements Contender {
    /**
     * What a tenant has.
     *
     * @param room for tasks that wait
     * @param permits for those that run
     */
    private record Tenant(Semaphore room, Semaphore permits) {
        void run(Runnable task) {
            permits.acquireUninterruptibly();
            room.release();
            try {
                task.run();
            } finally {
                permits.release();
            }
        }
    }

    private final ExecutorService threads = VirtualThreads.newThreadPerTaskExecutor();
    private final List<Tenant> tenants = new ArrayList<>();
    private final int capacity;
    private final boolean yields;

    VirtualThreadsContender(Shape shape) {
        capacity = shape.capacity();
        yields = shape.whenFull() == WhenFull.YIELD;
        for (int i = 0; i < shape.channels(); i++) {
            tenants.add(new Tenant(new Semaphore(capacity), new Semaphore(shape.workersEach())));
        }
    }

    @Override
    public void put(int channel, Runnable task) {
        Tenant tenant = tenants.get(channel);
        if (yields) {
            while (!tenant.room.tryAcquire()) {
                Thread.yield();
            }
        } else {
            tenant.room.acquireUninterruptibly();
        }
        threads.execute(() -> tenant.run(task));
    }

    @Override
    public int waiting(int channel) {
        return capacity - tenants.get(channel).room.availablePermits();
    }

    @Override
    public void close() {
        threads.shutdown();
        Await.termination(threads);
    }
}
