package dev.fairway.internal;

import dev.fairway.testing.Threads;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class BriefLockTest {
    @RegisterExtension
    final Threads threads = new Threads();

    /** Many loops look at something under the lock, and park when they do not find it: the lock must not use up their permits. */
    @Test
    void aWakeUpThatComesDuringTheWaitForTheLockIsPassedOn() {
        BriefLock lock = new BriefLock();
        lock.lock();
        Thread waiter = threads.start(() -> {
            lock.lock();
            lock.unlock();
            LockSupport.park(this);
        });
        Threads.awaitBlocked(waiter);
        LockSupport.unpark(waiter);
        Threads.awaitThat(() -> LockSupport.getBlocker(waiter) == null);
        Threads.awaitBlocked(waiter); // it sleeps anew, and the permit is gone
        lock.unlock();
        threads.join();
    }
}
