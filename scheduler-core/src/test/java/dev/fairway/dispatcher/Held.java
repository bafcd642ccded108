package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.internal.BriefLock;
import dev.fairway.testing.Threads;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;

/** A lock that the test holds while another thread wants it. */
final class Held {
    private Held() {}

    /** Fails unless a step of another thread waits for the lock, before it has changed anything. */
    static void assertWaits(Threads threads, BriefLock lock, Threads.Code step) throws Exception {
        assertWaits(threads, lock, step, () -> true);
    }

    /**
     * As above.
     *
     * @param state what must not change before
     */
    static void assertWaits(Threads threads, BriefLock lock, Threads.Code step, Callable<?> state) throws Exception {
        lock.lock();
        try {
            Object before = state.call();
            Thread thread = threads.start(step);
            Threads.awaitThat(() -> isAt(lock, thread) || !thread.isAlive());
            assertThat(thread.isAlive()).as("waits for the lock").isTrue();
            assertThat(state.call()).as("with the lock held by another").isEqualTo(before);
        } finally {
            lock.unlock();
        }
        threads.join();
    }

    /** Whether a thread waits for a lock; it does so in short sleeps, so it may have to be asked again. */
    static boolean isAt(BriefLock lock, Thread thread) {
        return LockSupport.getBlocker(thread) == lock;
    }
}
