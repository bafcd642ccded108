package dev.fairway.coordinator;

import dev.fairway.internal.WorkerThreads;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sees to what becomes due by mere waiting: tasks that have waited long enough for a busy worker, task timeouts, back-offs. It has a
 * thread only while there is, or lately was, something of the kind.
 *
 * <p>It looks every now and then rather than being woken for each task: to be woken costs the submitter more than the rest of a
 * submit. So it may come late by a millisecond.
 */
final class Watch<T, R extends @Nullable Object> implements Runnable {
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int IDLE_LOOKS = 16;

    private final DefaultCoordinator<T, R> coordinator;
    private final String name;

    /** The thread that somebody must still start: whoever takes it from here does. */
    private final AtomicReference<@Nullable Thread> unstarted = new AtomicReference<>();

    // Guarded by the coordinator's lock.

    private @Nullable Thread thread;
    private long wakesAt;

    Watch(DefaultCoordinator<T, R> coordinator, String name) {
        this.coordinator = coordinator;
        this.name = name;
    }

    /** The watch's thread when it must be started or woken after the lock. The lock is held. */
    @Nullable
    Thread toWake(long now) {
        if (coordinator.dispatch.neverDue() || coordinator.isOver()) {
            return null;
        }
        if (thread != null && wakesAt - now <= GRAIN_NANOS) {
            return null; // it is about to look
        }
        long until = coordinator.dispatch.untilDue(now);
        if (until == Long.MAX_VALUE) {
            return null;
        }
        if (thread == null) {
            thread = WorkerThreads.newThread(name + "-watch", this, false);
            unstarted.set(thread);
            wakesAt = now;
            return thread;
        }
        if (until >= wakesAt - now - GRAIN_NANOS) {
            return null;
        }
        wakesAt = now + until;
        return thread;
    }

    /** To be called under no lock. */
    void wake(@Nullable Thread watch) {
        if (watch == null) {
            return;
        }
        if (!unstarted.compareAndSet(watch, null)) {
            LockSupport.unpark(watch); // or another is about to start it, and it will look
            return;
        }
        try {
            watch.start();
        } catch (Throwable failure) {
            coordinator.lock.lock();
            thread = null;
            coordinator.lock.unlock();
            coordinator.threadDidNotStart(failure);
        }
    }

    /** The lock is held. */
    @Nullable
    Thread thread() {
        return thread;
    }

    @Override
    public void run() {
        Inside.enter(coordinator);
        int idleLooks = 0;
        while (true) {
            long now = coordinator.ticker.getAsLong();
            coordinator.lock.lock();
            coordinator.dispatch.review(now);
            long until = coordinator.dispatch.untilDue(now);
            idleLooks = until == Long.MAX_VALUE ? idleLooks + 1 : 0;
            if (coordinator.isOver() || idleLooks > IDLE_LOOKS + 1) {
                thread = null;
                coordinator.unlock(now);
                coordinator.threadEnded();
                return;
            }
            long sleep = idleLooks == 0
                    ? Math.max(SHORTEST_NANOS, until)
                    : idleLooks <= IDLE_LOOKS ? GRAIN_NANOS : KEEP_NANOS;
            wakesAt = now + sleep;
            coordinator.unlock(now);
            LockSupport.parkNanos(this, sleep);
            Thread.interrupted();
        }
    }
}
