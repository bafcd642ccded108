package dev.fairway.dispatcher;

import dev.fairway.ContextPropagator.Snapshot;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for room in one inbox of a sequencing dispatcher.
 *
 * <p><b>Senders</b> get in one after the other: whoever finds room sends the first one's message for it. One of them is on its way at a
 * time, and lets in the next when it has woken; so a reader pays for one wake-up, and not for each place that it frees. A send that
 * finds room may overtake, but each time room is made while nobody is on the way it goes to the first, so nobody waits for ever.
 *
 * <p><b>Broadcasts</b> are ticked off, all at once, whenever there is room: they take none of it.
 *
 * <p><b>Nothing is missed.</b> The reader makes what it took visible, then has a full fence, then looks at {@code awaited}. Who is about to
 * wait sets {@code awaited}, and then looks for room once more.
 */
final class Turns<T> {
    /** How often a sender that finds no room yields before it sleeps. */
    private static final int YIELDS_BEFORE_SLEEP = 24;

    private final SequencedInbox<T> inbox;

    // Guarded by the inbox's lock; the volatile ones are also read without.

    private final ArrayDeque<Turn<T>> senders = new ArrayDeque<>(0);
    private final List<RoomWait> broadcasts = new ArrayList<>(0);
    private boolean oneIsOnItsWay;
    private volatile boolean awaited;
    private volatile int size;

    Turns(SequencedInbox<T> inbox) {
        this.inbox = inbox;
    }

    /** A send that waits. */
    static final class Turn<T> {
        final SequencedInbox<T> inbox;
        final DefaultSender<T> sender;
        final T payload;
        final @Nullable Snapshot context;
        final Thread thread = Thread.currentThread();

        // Written under the inbox's lock.

        volatile long timestamp = SequencedInbox.FULL;
        volatile @Nullable RuntimeException refusal;

        Turn(SequencedInbox<T> inbox, DefaultSender<T> sender, T payload, @Nullable Snapshot context) {
            this.inbox = inbox;
            this.sender = sender;
            this.payload = payload;
            this.context = context;
        }

        boolean waits() {
            return timestamp == SequencedInbox.FULL && refusal == null;
        }

        /** Whether it waits until the reader takes something; not only until somebody before it has woken. */
        boolean isStuck() {
            inbox.lock.lock();
            boolean stuck = waits() && !inbox.hasRoom();
            inbox.lock.unlock();
            return stuck;
        }
    }

    // ---- senders

    /**
     * Sends, waiting for room.
     *
     * @return the timestamp, or {@link SequencedInbox#FULL} when there was no room in time
     */
    long send(DefaultSender<T> sender, T payload, @Nullable Snapshot context, boolean forEver, long nanos)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long timestamp = inbox.trySend(sender, payload, context);
        if (timestamp != SequencedInbox.FULL || (!forEver && nanos <= 0)) {
            return timestamp;
        }
        if (PushReader.inboxOfCaller() == inbox) {
            throw PushReader.waitsForItself(sender, inbox);
        }
        long deadline = System.nanoTime() + nanos;
        for (int i = 0; timestamp == SequencedInbox.FULL && i < YIELDS_BEFORE_SLEEP; i++) {
            Thread.yield();
            timestamp = inbox.trySend(sender, payload, context);
        }
        return timestamp == SequencedInbox.FULL
                ? await(new Turn<>(inbox, sender, payload, context), forEver, deadline)
                : timestamp;
    }

    /** As {@link #send}, when there was no room. */
    long await(Turn<T> turn, boolean forEver, long deadline) throws InterruptedException {
        inbox.lock.lock();
        try {
            inbox.checkOpenTo(turn.sender);
            senders.add(turn);
            changed();
        } finally {
            inbox.lock.unlock();
        }
        letIn();
        PushReader<?> caller = forEver ? PushReader.ofCaller() : null;
        String circle = caller == null ? null : WaitCircle.enter(caller, turn);
        boolean interrupted = circle == null && sleep(turn, forEver, deadline);
        if (caller != null) {
            WaitCircle.leave(caller);
        }
        inbox.lock.lock();
        boolean waited = turn.waits();
        if (waited) {
            senders.remove(turn);
        } else if (turn.refusal == null) {
            oneIsOnItsWay = false;
        }
        changed();
        inbox.lock.unlock();
        settled(); // at this thread's cost and not at the reader's
        RuntimeException refusal = turn.refusal;
        if (circle != null && waited) {
            throw new IllegalStateException(turn.sender + " cannot wait for room at receiver '" + inbox.receiver
                    + "' (capacity " + inbox.capacity + "): " + circle);
        }
        if (interrupted && waited) {
            throw new InterruptedException();
        }
        if (interrupted) {
            Thread.currentThread().interrupt(); // it was decided before: the interrupt is for what comes next
        }
        if (refusal != null) {
            throw refusal;
        }
        return turn.timestamp;
    }

    private boolean sleep(Turn<T> turn, boolean forEver, long deadline) {
        boolean interrupted = false;
        while (turn.waits() && !interrupted) {
            if (forEver) {
                LockSupport.park(inbox);
            } else {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(inbox, left);
            }
            interrupted = Thread.interrupted();
        }
        return interrupted;
    }

    /** The sender was closed: its waiting calls fail. */
    void refuse(DefaultSender<T> sender) {
        refuseIf(turn -> turn.sender == sender);
    }

    /** The receiver has left. */
    void refuseAll() {
        refuseIf(turn -> true);
    }

    private void refuseIf(Predicate<Turn<T>> condition) {
        List<Thread> refused = new ArrayList<>();
        inbox.lock.lock();
        for (Iterator<Turn<T>> each = senders.iterator(); each.hasNext(); ) {
            Turn<T> turn = each.next();
            if (condition.test(turn)) {
                each.remove();
                turn.refusal = inbox.refusal(turn.sender);
                refused.add(turn.thread);
            }
        }
        changed();
        inbox.lock.unlock();
        refused.forEach(LockSupport::unpark);
    }

    // ---- broadcasts

    /** Lets a broadcast wait, unless there is room. */
    boolean isFullFor(RoomWait wait) {
        inbox.lock.lock();
        try {
            if (inbox.canTakeBroadcast()) {
                return false;
            }
            broadcasts.add(wait);
            changed();
            if (inbox.canTakeBroadcast()) {
                broadcasts.remove(wait);
                changed();
                return false;
            }
            return true;
        } finally {
            inbox.lock.unlock();
        }
    }

    /** The broadcast waits no longer. */
    void forget(RoomWait wait) {
        inbox.lock.lock();
        broadcasts.remove(wait);
        changed();
        inbox.lock.unlock();
    }

    /** No broadcast needs to wait for this inbox. */
    void passAll() {
        inbox.lock.lock();
        List<RoomWait> passed = takeBroadcasts();
        changed();
        inbox.lock.unlock();
        passed.forEach(RoomWait::tickOff);
    }

    private List<RoomWait> takeBroadcasts() {
        if (broadcasts.isEmpty()) {
            return List.of();
        }
        List<RoomWait> passed = List.copyOf(broadcasts);
        broadcasts.clear();
        return passed;
    }

    // ---- room

    /** There may be room. */
    void settled() {
        if (awaited) {
            letIn();
        }
    }

    private void letIn() {
        List<RoomWait> passed = List.of();
        Turn<T> turn = null;
        boolean roused = false;
        inbox.lock.lock();
        boolean closed = inbox.isClosed(); // who waits will be refused; nobody would count what came in now
        if (closed || inbox.hasRoom()) {
            passed = takeBroadcasts();
            turn = closed || oneIsOnItsWay ? null : senders.poll();
            if (turn != null) {
                oneIsOnItsWay = true;
                turn.timestamp = inbox.send(turn.sender, turn.payload, turn.context);
                roused = inbox.rouseForMessage();
            }
        }
        changed();
        inbox.lock.unlock();
        passed.forEach(RoomWait::tickOff);
        if (turn != null) {
            LockSupport.unpark(turn.thread);
            inbox.tell(roused);
        }
    }

    /** The lock is held. */
    private void changed() {
        boolean waits = !broadcasts.isEmpty() || (!senders.isEmpty() && !oneIsOnItsWay);
        if (awaited != waits) {
            awaited = waits;
        }
        int count = senders.size() + broadcasts.size();
        if (size != count) {
            size = count;
        }
    }

    int size() {
        return size;
    }
}
