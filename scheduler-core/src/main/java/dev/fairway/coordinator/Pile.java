package dev.fairway.coordinator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that submitters have left on top of one another, until somebody takes them all. Then another pile is begun, so that a pile is a
 * young object: each submit stores a reference in it, and a collector that wants to know of each reference stored in an object that has
 * survived some collections (G1) makes that as expensive as a lock.
 *
 * <p>A Treiber stack (IBM RJ 5118, 1986) that is emptied once, and closed by it. Thread-safe; never waits.
 */
class Pile<T, R extends @Nullable Object> {
    private static final Object TAKEN = new Object();
    private static final VarHandle NEWEST;

    static {
        try {
            NEWEST = MethodHandles.lookup().findVarHandle(Pile.class, "newest", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The task that was left last, with the others linked behind it by {@link Task#next}; or TAKEN. */
    private volatile @Nullable Object newest;

    /** In a class of its own, so that it comes behind the rest on every VM. */
    private static final class Padded<T, R extends @Nullable Object> extends Pile<T, R> {
        /** What the thread that has begun the pile makes next is not in the cache line that submitters write. */
        @SuppressWarnings({"unused", "MultiVariableDeclaration"})
        private long p1, p2, p3, p4, p5, p6, p7, p8, p9, p10, p11, p12, p13, p14, p15;
    }

    private Pile() {}

    static <T, R extends @Nullable Object> Pile<T, R> begin() {
        return new Padded<>();
    }

    /** False when the pile was taken; there is another one then. */
    @SuppressWarnings("unchecked")
    boolean put(Task<T, R> task) {
        while (true) {
            Object before = newest;
            if (before == TAKEN) {
                return false;
            }
            task.next = (Task<T, R>) before;
            if (NEWEST.weakCompareAndSet(this, before, task)) {
                return true;
            }
        }
    }

    /** Exact for who holds the lock; for others it may be late. */
    boolean isEmpty() {
        Object last = newest;
        return last == null || last == TAKEN;
    }

    /** Takes all tasks, the newest first; null when there are none. Nothing is put in any more. To be called once. */
    @SuppressWarnings("unchecked")
    @Nullable
    Task<T, R> take() {
        return (Task<T, R>) NEWEST.getAndSet(this, TAKEN);
    }
}
