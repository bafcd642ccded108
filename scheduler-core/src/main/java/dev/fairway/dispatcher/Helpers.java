package dev.fairway.dispatcher;

import dev.fairway.internal.BriefLock;
import dev.fairway.internal.Failures;
import dev.fairway.internal.WorkerThreads;
import java.util.ArrayDeque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Threads for what must not be done in a stranger's: waking sleepers, and calling executors of the application, which may block or run
 * what they are given in their caller. There are as many as are held up at once; they go when they have had nothing to do for some
 * seconds.
 *
 * <p><b>Invariant</b>, whenever the lock is free: when something is queued, some thread is searching. The one that finds something and
 * leaves more behind lets the next one search before it begins. So nothing waits for what blocks.
 */
final class Helpers implements Executor {
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private static final ThreadLocal<Boolean> INSIDE = new ThreadLocal<>();

    private final String name;
    private final Failures failures;
    final BriefLock lock = new BriefLock();

    // Guarded by the lock.

    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final ArrayDeque<Helper> idle = new ArrayDeque<>();
    private final Set<Helper> all = new LinkedHashSet<>();
    private long named;
    private boolean searching;
    private volatile boolean closed;

    Helpers(String name, Failures failures) {
        this.name = name;
        this.failures = failures;
    }

    /** Does it soon. Never waits, never runs it here; costs one wake-up at most. */
    @Override
    public void execute(Runnable task) {
        lock.lock();
        queue.add(task);
        Helper helper = searcher();
        lock.unlock();
        start(helper);
    }

    /** No more is to come; the threads go when they have done what there is. */
    void close() {
        lock.lock();
        closed = true;
        List<Helper> woken = List.copyOf(idle);
        lock.unlock();
        woken.forEach(helper -> LockSupport.unpark(helper.thread));
    }

    /** Whether the caller is such a thread. */
    boolean isInside() {
        return INSIDE.get() != null;
    }

    /** Waits for the threads to end after {@link #close}; names those in the log that do not. */
    void awaitEnd(long nanos) {
        if (isInside()) {
            return;
        }
        long deadline = System.nanoTime() + nanos;
        lock.lock();
        List<Helper> left = List.copyOf(all);
        lock.unlock();
        for (Helper helper : left) {
            try {
                helper.thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime())));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            if (helper.thread.isAlive()) {
                failures.warn("dispatcher '" + name + "' is closed, but thread '" + helper.thread.getName()
                        + "' has not returned from the application's code");
            }
        }
    }

    /** Who must be {@linkplain #start started} after the lock, which is held. */
    private @Nullable Helper searcher() {
        if (searching || queue.isEmpty()) {
            return null;
        }
        searching = true;
        Helper helper = idle.pollLast();
        if (helper != null) {
            helper.isCalled = true;
        } else {
            helper = new Helper();
            all.add(helper);
            Thread thread = WorkerThreads.newThread(name + "-helper-" + ++named, helper, false);
            thread.setDaemon(true);
            helper.thread = thread;
        }
        return helper;
    }

    private void start(@Nullable Helper helper) {
        if (helper == null) {
            return;
        }
        if (helper.isStarted) {
            LockSupport.unpark(helper.thread);
            return;
        }
        helper.isStarted = true;
        try {
            helper.thread.start();
        } catch (Throwable failure) {
            lock.lock();
            searching = false;
            all.remove(helper);
            lock.unlock();
            failures.log(() -> "dispatcher '" + name + "' could not start a thread", failure);
        }
    }

    private final class Helper implements Runnable {
        /** Set before it is started. */
        @SuppressWarnings("NullAway.Init")
        Thread thread;

        /** Owned by who calls it. */
        boolean isStarted;

        /** Written under the lock. */
        volatile boolean isCalled;

        @Override
        public void run() {
            INSIDE.set(true);
            lock.lock();
            do {
                searching = false;
                for (Runnable task = queue.poll(); task != null; task = queue.poll()) {
                    Helper next = searcher();
                    lock.unlock();
                    start(next);
                    run(task);
                    lock.lock();
                }
            } while (awaitCall());
            all.remove(this);
            lock.unlock();
        }

        private void run(Runnable task) {
            try {
                task.run();
            } catch (Throwable thrown) {
                failures.log(() -> "a helper of dispatcher '" + name + "' failed", thrown);
            }
            Thread.interrupted(); // nobody's from here on
        }

        /** The lock is held, before and after; false when the thread is no longer needed. */
        private boolean awaitCall() {
            isCalled = false;
            idle.add(this);
            lock.unlock();
            long end = System.nanoTime() + KEEP_NANOS;
            while (!isCalled) {
                long left = end - System.nanoTime();
                if (left > 0 && !closed) {
                    LockSupport.parkNanos(Helpers.this, left);
                    Thread.interrupted();
                    continue;
                }
                lock.lock();
                if (idle.remove(this)) {
                    return false;
                }
                lock.unlock(); // somebody has just called
            }
            lock.lock();
            return true;
        }
    }
}
