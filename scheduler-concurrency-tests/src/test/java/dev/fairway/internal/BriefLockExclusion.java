package dev.fairway.internal;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * Two threads at a plain counter that only the lock guards, often enough that one finds it held and takes the slow way, and that one
 * who waits for long asks the other to let it go first.
 */
public class BriefLockExclusion {
    private static final int TIMES = 500;

    /** Both wait for the lock. */
    @JCStressTest
    @Outcome(id = "1000", expect = ACCEPTABLE, desc = "No increment is lost.")
    @Outcome(expect = FORBIDDEN, desc = "Both were inside at once, or one did not see what the other wrote.")
    @State
    public static class Lock {
        private final BriefLock lock = new BriefLock();
        private int count;

        private void increment() {
            for (int i = 0; i < TIMES; i++) {
                lock.lock();
                count++;
                lock.unlock();
            }
        }

        @Actor
        public void one() {
            increment();
        }

        @Actor
        public void other() {
            increment();
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = count;
        }
    }

    /** One waits, and one tries. */
    @JCStressTest
    @Outcome(id = "1000", expect = ACCEPTABLE, desc = "No increment is lost.")
    @Outcome(expect = FORBIDDEN, desc = "Both were inside at once, or one did not see what the other wrote.")
    @State
    public static class TryLock {
        private final BriefLock lock = new BriefLock();
        private int count;

        @Actor
        public void waits() {
            for (int i = 0; i < TIMES; i++) {
                lock.lock();
                count++;
                lock.unlock();
            }
        }

        @Actor
        public void tries() {
            for (int i = 0; i < TIMES; i++) {
                while (!lock.tryLock()) {
                    Thread.yield();
                }
                count++;
                lock.unlock();
            }
        }

        @Arbiter
        public void arbiter(I_Result r) {
            r.r1 = count;
        }
    }
}
