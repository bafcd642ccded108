package dev.fairway.coordinator;

import dev.fairway.internal.WorkerThreads;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Sees to what becomes due by mere waiting: tasks that have waited long enough for a busy worker, task timeouts, back-offs. It has a
 * thread only while there is, or lately was, something of the kind.
 *
 * <p>It looks every now and then rather than being woken for each task: to be woken costs the submitter more than the rest of a
 * submit. So it may come late by a millisecond. It calls nobody else's code, which could hold it up: the crew does.
 */
final class Watch<T, R extends @Nullable Object> implements Runnable {
    private static final long GRAIN_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SHORTEST_NANOS = TimeUnit.MICROSECONDS.toNanos(50);
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int IDLE_LOOKS = 16;

    private final DefaultCoordinator<T, R> coordinator;
    private final String name;

    // Guarded by the coordinator's lock.

    private @Nullable Thread thread;
    private long wakesAt;

    Watch(DefaultCoordinator<T, R> coordinator, String name) {
        this.coordinator = coordinator;
        this.name = name;
    }

    /**
     * What must be done with the watch's thread after the lock.
     *
     * @param thread the thread
     * @param start whether it is to be started, rather than woken: only who has made it does that
     */
    record Call(Thread thread, boolean start) {}

    /** Null when nothing must be done. The lock is held. */
    @Nullable
    Call toCall(long now) {
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
            wakesAt = now;
            return new Call(thread, true);
        }
        if (until >= wakesAt - now - GRAIN_NANOS) {
            return null;
        }
        wakesAt = now + until;
        return new Call(thread, false);
    }

    /** The lock is held. */
    @Nullable
    Call toEnd() {
        return thread == null ? null : new Call(thread, false);
    }

    /** To be called under no lock. */
    void call(@Nullable Call call) {
        if (call == null) {
            return;
        }
        if (!call.start) {
            LockSupport.unpark(call.thread);
            return;
        }
        try {
            call.thread.start();
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
            coordinator.lookAtAll(now);
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
            coordinator.unlockCallingNobody(now);
            LockSupport.parkNanos(this, sleep);
            Thread.interrupted();
        }
    }
}
