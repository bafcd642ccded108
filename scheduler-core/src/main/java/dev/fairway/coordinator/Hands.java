package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The {@linkplain Hand hands} of the threads. To take the lock costs more than a tiny task; with a hand it is taken once for several.
 * Guarded by the coordinator's lock, as all of {@link Dispatch}.
 *
 * <p><b>What is in hand waits.</b> It counts as waiting until the hand is booked, so {@code accepted} is still the sum of the others. It comes from
 * the common list, was older than what is left there, and goes back to its place. Nobody sees a difference who calls the hands in before
 * he looks: what was claimed and has ended is booked then, what was claimed last is what the worker runs, the rest is in the common list; and the
 * thread finds nothing more in its hand, and comes for the lock. So only a submit, which looks at nothing, leaves hands where they are.
 *
 * <p><b>For how long.</b> A hand is as much as will most likely take half as long as it takes to get another thread, and no more than the
 * worker's share of what waits. While one is out the {@link Watch} calls it in every millisecond, so a task that takes longer than was expected
 * holds the others up no longer than that.
 *
 * <p><b>Time.</b> The clock is read at the end of a hand, not for each task. What one has taken is the mean.
 */
final class Hands<T, R extends @Nullable Object> {
    private final Dispatch<T, R> dispatch;
    private final long startCost;
    private final long tiny;
    private final boolean isAllowed;
    private final List<Hand<T, R>> out = new ArrayList<>();

    /**
     * @param startCost what it takes to get a thread, in nanoseconds
     * @param tiny what tasks must be below, in nanoseconds
     * @param isAllowed whether nobody is to be told of each start or end
     */
    Hands(Dispatch<T, R> dispatch, long startCost, long tiny, boolean isAllowed) {
        this.dispatch = dispatch;
        this.startCost = startCost;
        this.tiny = tiny;
        this.isAllowed = isAllowed;
    }

    boolean areOut() {
        return !out.isEmpty();
    }

    /** Whether it would be good to know of more tasks before the worker, which has just started one, is dealt some. */
    boolean wantsMore(Worker<T, R> worker) {
        return dispatch.common.size() < Hand.SIZE && mayHave(worker);
    }

    private boolean mayHave(Worker<T, R> worker) {
        long mean = worker.pace.nanos();
        return isAllowed
                && mean != Pace.UNKNOWN
                && mean < tiny
                && worker.queue.isEmpty()
                && !worker.removed
                && !worker.health.isAside()
                && !worker.health.isEjected();
    }

    /** How many tasks a worker that has just started one may have in hand. */
    private int share(Worker<T, R> worker, long now) {
        Fleet fleet = dispatch.fleet;
        int waiting = dispatch.common.size();
        if (waiting < 2
                || !mayHave(worker)
                || (fleet.hasIdle() && !dispatch.isLeftToBusy(null, now))
                || fleet.leaves(worker, now) > 0) {
            return 0;
        }
        long share = Math.min(startCost / 2 / worker.pace.nanos(), waiting / Math.max(1, fleet.busyCount()));
        return (int) Math.min(Hand.SIZE, share);
    }

    /**
     * Called by the thread that has just started the task.
     *
     * @return what it has in hand; null when nothing
     */
    @Nullable
    Hand<T, R> deal(Task<T, R> started, long now) {
        Worker<T, R> worker = requireNonNull(started.worker);
        int share = share(worker, now);
        if (share == 0) {
            return null;
        }
        Hand<T, R> hand = new Hand<>(worker, share);
        for (Task<T, R> task = dispatch.common.first(); task != null && hand.size < share; task = task.next) {
            if (task.timeoutNanos > 0) {
                break; // it has to be known when it starts
            }
            hand.deal(task);
        }
        if (hand.size == 0) {
            return null;
        }
        dispatch.common.removeOldest(hand.size);
        out.add(hand);
        return hand;
    }

    /** From now on all is in its place. */
    void callIn(long now) {
        for (int i = out.size() - 1; i >= 0; i--) {
            Hand<T, R> hand = out.remove(i);
            Worker<T, R> worker = hand.worker;
            long since = requireNonNull(worker.top).startedAt;
            int ended = collect(hand);
            if (ended > 0) {
                long each = worker.pace.nanos();
                dispatch.fleet.succeeded(worker, each, ended, now);
                worker.top.startedAt = Math.min(now, since + ended * each);
            }
        }
    }

    /** The thread whose hand it is has run a task, and will run no more of them. {@link Dispatch#book} follows. */
    void end(Hand<T, R> hand, Task<T, R> last) {
        if (hand.size == 0) {
            return; // or somebody has called it in
        }
        out.remove(hand);
        Worker<T, R> worker = hand.worker;
        long since = requireNonNull(worker.top).startedAt;
        int ended = collect(hand);
        if (ended > 0) {
            long each = (last.endedAt - since) / (ended + 1);
            dispatch.fleet.succeeded(worker, each, ended, last.endedAt);
            last.startedAt = last.endedAt - each;
        }
    }

    /** Empties a hand. The task that was claimed last is the worker's now; returns how many have ended before it. */
    private int collect(Hand<T, R> hand) {
        int size = hand.size;
        int claimed = 0;
        while (claimed < size && !hand.callIn(claimed)) {
            claimed++;
        }
        for (int i = size - 1; i >= claimed; i--) {
            hand.callIn(i);
            dispatch.putBack(hand.get(i));
        }
        dispatch.goOn(hand, claimed);
        hand.clear();
        return claimed;
    }
}
