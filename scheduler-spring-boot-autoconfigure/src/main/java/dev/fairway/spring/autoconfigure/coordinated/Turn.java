package dev.fairway.spring.autoconfigure.coordinated;

import org.jspecify.annotations.Nullable;

/**
 * Says of the current thread which workers it is inside of, the innermost first: to tell the calls that a worker makes on itself
 * from all others. Owned by its thread.
 *
 * <p>The turns themselves are the coordinator's to give. A thread enters only with a task of the worker that it runs, or while such
 * a task keeps the turn for it ({@link Lease}).
 */
final class Turn {
    private static final ThreadLocal<@Nullable Turn> CURRENT = new ThreadLocal<>();

    final Worker worker;

    /** What keeps the turn for this thread, when that is not the thread of the worker's task. */
    final @Nullable Lease lease;

    private final @Nullable Turn outer;

    /** What the method of the worker that ended last has thrown, when it declares that. */
    @Nullable
    Throwable answer;

    private Turn(Worker worker, @Nullable Lease lease, @Nullable Turn outer) {
        this.worker = worker;
        this.lease = lease;
        this.outer = outer;
    }

    /** Enters; {@link #leave} must follow on the same thread. */
    static Turn enter(Worker worker, @Nullable Lease lease) {
        Turn turn = new Turn(worker, lease, CURRENT.get());
        CURRENT.set(turn);
        return turn;
    }

    void leave() {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }

    /** {@return the innermost; null when the thread is inside of none} */
    static @Nullable Turn current() {
        return CURRENT.get();
    }

    /** {@return the innermost in a worker of that contract that is kept by a lease; null when there is none} */
    static @Nullable Turn leasedOf(Contract contract) {
        for (Turn turn = CURRENT.get(); turn != null; turn = turn.outer) {
            if (turn.lease != null && turn.worker.contract == contract) {
                return turn;
            }
        }
        return null;
    }

    /** {@return the innermost in that worker that is kept by a lease; null when there is none} */
    static @Nullable Turn leasedIn(Contract contract, String worker) {
        for (Turn turn = CURRENT.get(); turn != null; turn = turn.outer) {
            if (turn.lease != null && turn.worker.contract == contract && turn.worker.name.equals(worker)) {
                return turn;
            }
        }
        return null;
    }
}
