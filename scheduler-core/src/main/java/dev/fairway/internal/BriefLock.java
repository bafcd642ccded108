package dev.fairway.internal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.LockSupport;

/**
 * A lock for sections of a few dozen instructions that call nobody else's code. Not reentrant, ignores interrupts; not fair, but
 * nobody starves: who has tried for long is let go first.
 *
 * <p>Waking a parked thread costs some hundred times as much as such a section, so a contender spins a little, then yields (the
 * holder may have been preempted in the section), and only then sleeps for short times, so that it cannot starve a holder of
 * lower priority. Works alike on platform and virtual threads.
 *
 * <p>Who waits for something else with {@link LockSupport#park}, and takes this lock between two looks at it, misses no wake-up: one
 * that came during a sleep in here is passed on, so the next {@code park} returns at once.
 */
public class BriefLock {
    private static final VarHandle HELD;

    static {
        try {
            HELD = MethodHandles.lookup().findVarHandle(BriefLock.class, "held", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final int SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 64 : 0;
    private static final int YIELDS = 256;
    private static final long SLEEP_NANOS = 50_000;

    /** After so many tries in vain a contender asks the others to let it go first; they do, for so many of theirs. */
    private static final int TRIES_BEFORE_STARVING = SPINS + YIELDS;

    private static final int TRIES_OF_COURTESY = SPINS + 4;

    @SuppressWarnings("unused") // by HELD
    private volatile int held;

    /** Somebody has tried for long; who takes the lock again and again must not keep it for ever. */
    private volatile boolean starving;

    /** Waits for the lock. */
    public final void lock() {
        if (starving || !HELD.weakCompareAndSetAcquire(this, 0, 1)) {
            lockContended();
        }
    }

    /** Takes the lock if its holder lets go of it at once; false most likely means that the holder was preempted. */
    public final boolean tryLock() {
        for (int i = 0; i <= SPINS && !starving; i++) {
            if (held == 0 && HELD.compareAndSet(this, 0, 1)) {
                return true;
            }
            Thread.onSpinWait();
        }
        return false;
    }

    /** Lets go of the lock, which the caller holds. */
    public final void unlock() {
        HELD.setRelease(this, 0);
    }

    /**
     * Whether somebody holds it. Who has read something that is written under the lock, and then finds the lock free, sees all that
     * was written in that section.
     */
    public final boolean isHeld() {
        return held != 0;
    }

    private void lockContended() {
        boolean slept = false;
        for (int tries = 0; ; tries++) {
            boolean starves = tries >= TRIES_BEFORE_STARVING;
            boolean mayTry = starves || !starving || tries >= TRIES_OF_COURTESY;
            if (mayTry && held == 0 && HELD.compareAndSet(this, 0, 1)) {
                if (starves) {
                    starving = false;
                }
                if (slept) {
                    LockSupport.unpark(
                            Thread.currentThread()); // a sleep ends early by a wake-up that was for the caller
                }
                return;
            }
            if (starves && !starving) {
                starving = true;
            }
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else if (tries < SPINS + YIELDS) {
                Thread.yield();
            } else {
                slept = true;
                LockSupport.parkNanos(this, SLEEP_NANOS);
                Thread.yield(); // an interrupted thread does not sleep
            }
        }
    }
}
