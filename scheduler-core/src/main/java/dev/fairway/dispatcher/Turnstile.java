package dev.fairway.dispatcher;

import org.jspecify.annotations.Nullable;

/**
 * What may be released to one receiver in {@link MergeOrder#CONSECUTIVE}: a message whose number is done, unless a lower one for this
 * receiver still waits for room. Keeps those that wait, in the lanes of the receiver's buffer, and those that were withdrawn. No
 * threads; its user guards it.
 *
 * <p>A number that was withdrawn is seen, so it holds up no message. But its source may try it again until something higher was
 * released here, so until then, or until the source has gone on, nobody says that nothing up to it will follow.
 *
 * @param <T> the payloads
 */
final class Turnstile<T> {
    private final ReorderBuffer<T> buffer;
    private final Heap<Withdrawal> withdrawals = new Heap<>();

    /** A number that its source may try again; that is the key. */
    static final class Withdrawal extends Heap.Node {}

    Turnstile(ReorderBuffer<T> buffer) {
        this.buffer = buffer;
    }

    /** The number is seen and waits for room. */
    void await(Lane<T> lane, long number) {
        buffer.hold(lane, number - 1);
    }

    /** The number is seen and there is room. */
    void add(Lane<T> lane, long number, T payload) {
        lane.letGo();
        buffer.add(lane, number, payload);
    }

    /** The number waits no longer, but may come again. */
    void withdraw(Lane<T> lane, Withdrawal withdrawal, long number) {
        buffer.letGo(lane);
        withdrawals.put(withdrawal, number, 0);
    }

    /** Whether nothing higher has been released since. */
    boolean mayComeAgain(Withdrawal withdrawal) {
        return withdrawal.isLinked();
    }

    /** The number is tried again, or its source has gone on. */
    void forget(Withdrawal withdrawal) {
        withdrawals.remove(withdrawal);
    }

    /** This was released. */
    void released(long number) {
        for (Withdrawal lowest = withdrawals.first(); lowest != null && lowest.key < number; ) {
            withdrawals.remove(lowest);
            lowest = withdrawals.first();
        }
    }

    /** Up to where nothing is still to come that is not released, nor may come again. */
    long quietUpTo(long done) {
        @Nullable Withdrawal lowest = withdrawals.first();
        long quiet = buffer.quietUpTo(done);
        return lowest == null ? quiet : Math.min(quiet, lowest.key - 1);
    }
}
