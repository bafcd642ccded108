package dev.fairway.dispatcher;

import dev.fairway.internal.BriefLock;
import dev.fairway.internal.Failures;
import dev.fairway.internal.WorkerThreads;
import java.util.ArrayDeque;
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

    private final String name;
    private final Failures failures;
    private final BriefLock lock = new BriefLock();

    // Guarded by the lock.

    private final ArrayDeque<Runnable> queue = new ArrayDeque<>();
    private final ArrayDeque<Helper> idle = new ArrayDeque<>();
    private int threads;
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
        Helper[] all = idle.toArray(Helper[]::new);
        lock.unlock();
        for (Helper helper : all) {
            LockSupport.unpark(helper.thread);
        }
    }

    int threads() {
        lock.lock();
        int count = threads;
        lock.unlock();
        return count;
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
            threads++;
            helper = new Helper();
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
            threads--;
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
            threads--;
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
