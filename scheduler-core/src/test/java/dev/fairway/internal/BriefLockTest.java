package dev.fairway.internal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Gate;
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

    /** Who sleeps has tried for long: until it has had the lock others are refused, and from then on they are not. */
    @Test
    void whoHasTriedForLongIsLetGoFirst() throws Exception {
        BriefLock lock = new BriefLock();
        Gate inside = new Gate();
        lock.lock();
        Thread waiter = threads.start(() -> {
            lock.lock();
            inside.passUninterruptibly();
            lock.unlock();
        });
        Threads.awaitAt(lock, waiter, () -> false);
        lock.unlock();
        assertThat(lock.tryLock()).as("before who has waited for long").isFalse();
        inside.awaitArrivals(1);
        inside.open();
        threads.join();
        assertThat(lock.tryLock()).as("when nobody waits").isTrue();
        assertThat(lock.isHeld()).isTrue();
        assertThat(lock.tryLock()).as("when it is held").isFalse();
        lock.unlock();
        assertThat(lock.isHeld()).isFalse();
    }
}
