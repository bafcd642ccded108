package dev.fairway.dispatcher;

import dev.fairway.internal.BriefLock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongPredicate;

/**
 * Who waits for one receiver to have processed a timestamp. Whoever makes that come true, or impossible, makes it visible first, then
 * has a full fence, and then calls {@link #signal}; who waits registers first, and then looks again.
 */
final class Awaiters {
    private static final long NONE = Long.MAX_VALUE;

    final BriefLock lock = new BriefLock();

    /** Guarded by the lock. */
    private final List<Awaiter> waiting = new ArrayList<>(0);

    /** The smallest that is waited for; written under the lock. */
    private volatile long lowest = NONE;

    /** One call; compared by identity. */
    private static final class Awaiter {
        final Thread thread = Thread.currentThread();
        final long timestamp;

        Awaiter(long timestamp) {
            this.timestamp = timestamp;
        }
    }

    /**
     * Waits until the timestamp is reached.
     *
     * @param reached whether it is; throws when it never will be
     */
    boolean await(long timestamp, long nanos, LongPredicate reached) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        if (reached.test(timestamp)) {
            return true;
        }
        if (nanos <= 0) {
            return false;
        }
        long deadline = System.nanoTime() + nanos;
        Awaiter awaiter = new Awaiter(timestamp);
        add(awaiter);
        try {
            while (!reached.test(timestamp)) {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
            }
            return true;
        } finally {
            remove(awaiter);
        }
    }

    /** Whether somebody waits for no more than that. */
    boolean isAnyFor(long processed) {
        return lowest <= processed;
    }

    /** Wakes those who wait for no more than that. */
    void signal(long processed) {
        List<Thread> reached = new ArrayList<>();
        lock.lock();
        for (Awaiter awaiter : waiting) {
            if (awaiter.timestamp <= processed) {
                reached.add(awaiter.thread);
            }
        }
        waiting.removeIf(awaiter -> awaiter.timestamp <= processed);
        updateLowest();
        lock.unlock();
        reached.forEach(LockSupport::unpark);
    }

    /** Wakes all: for some it may never come true any more. Those for whom it still may wait on. */
    void signalAll() {
        lock.lock();
        List<Awaiter> all = List.copyOf(waiting);
        lock.unlock();
        all.forEach(awaiter -> LockSupport.unpark(awaiter.thread));
    }

    private void add(Awaiter awaiter) {
        lock.lock();
        waiting.add(awaiter);
        updateLowest();
        lock.unlock();
    }

    private void remove(Awaiter awaiter) {
        lock.lock();
        waiting.remove(awaiter);
        updateLowest();
        lock.unlock();
    }

    private void updateLowest() {
        long min = NONE;
        for (Awaiter awaiter : waiting) {
            min = Math.min(min, awaiter.timestamp);
        }
        lowest = min;
    }
}
