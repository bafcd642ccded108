package dev.fairway.benchmarks.scheduler;

import dev.fairway.benchmarks.Await;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What one writes in an afternoon: a lock, a bounded queue for each channel, and workers that go round the channels, task by
 * task. Each choice costs as many steps as there are channels in a row without a task.
 */
final class LockedScanContender implements Contender {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition tasks = lock.newCondition();
    private final Condition room = lock.newCondition();
    private final List<ArrayDeque<Runnable>> channels = new ArrayList<>();
    private final List<Thread> workers = new ArrayList<>();
    private final int capacity;
    private final boolean yields;

    // Guarded by the lock.

    private int next;
    private int total;
    private int idle;
    private int blocked;
    private boolean closed;

    LockedScanContender(Shape shape) {
        capacity = shape.capacity();
        yields = shape.whenFull() == WhenFull.YIELD;
        for (int i = 0; i < shape.channels(); i++) {
            channels.add(new ArrayDeque<>());
        }
        for (int i = 0; i < shape.workers(); i++) {
            Thread worker = new Thread(this::work, "scan-worker-" + i);
            workers.add(worker);
            worker.start();
        }
    }

    @Override
    public void put(int channel, Runnable task) {
        while (!tryPut(channel, task)) {
            Thread.yield();
        }
    }

    private boolean tryPut(int channel, Runnable task) {
        ArrayDeque<Runnable> queue = channels.get(channel);
        lock.lock();
        try {
            while (queue.size() == capacity) {
                if (yields) {
                    return false;
                }
                blocked++;
                room.awaitUninterruptibly();
                blocked--;
            }
            queue.add(task);
            total++;
            if (idle > 0) {
                tasks.signal();
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        for (Runnable task = take(); task != null; task = take()) {
            task.run();
        }
    }

    private @Nullable Runnable take() {
        lock.lock();
        try {
            while (total == 0) {
                if (closed) {
                    return null;
                }
                idle++;
                tasks.awaitUninterruptibly();
                idle--;
            }
            total--;
            Runnable task = scan();
            if (blocked > 0) {
                room.signal();
            }
            return task;
        } finally {
            lock.unlock();
        }
    }

    private Runnable scan() {
        while (true) {
            Runnable task = channels.get(next).poll();
            next = next + 1 == channels.size() ? 0 : next + 1;
            if (task != null) {
                return task;
            }
        }
    }

    @Override
    public int waiting(int channel) {
        lock.lock();
        try {
            return channels.get(channel).size();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            tasks.signalAll();
        } finally {
            lock.unlock();
        }
        workers.forEach(Await::end);
    }
}
