package dev.fairway.internal;

import dev.fairway.concurrency.Models;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two threads at a counter that only the lock guards: an increment that is lost, or a lock that is never let go, would show. This also
 * holds for who waits by courtesy or comes by {@code tryLock}.
 */
public class BriefLockLincheckTest {
    private final BriefLock lock = new BriefLock();
    private int count;

    @Operation
    public int increment() {
        lock.lock();
        int now = ++count;
        lock.unlock();
        return now;
    }

    @Operation
    public int incrementByTrying() {
        while (!lock.tryLock()) {
            Thread.onSpinWait();
        }
        int now = ++count;
        lock.unlock();
        return now;
    }

    @Test
    @Timeout(3_600)
    void itExcludesAndLetsGo() {
        Models.options().check(BriefLockLincheckTest.class);
    }
}
