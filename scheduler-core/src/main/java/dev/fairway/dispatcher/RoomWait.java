package dev.fairway.dispatcher;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** One broadcast that waits for room in some inboxes; each that had room ticks it off, and it holds nothing in any. */
final class RoomWait {
    private final Thread thread = Thread.currentThread();

    /** Inboxes that have not ticked it off, and one more until all are known. */
    private final AtomicInteger left = new AtomicInteger(1);

    private final List<SequencedInbox<?>> inboxes = new ArrayList<>();

    /** Adds an inbox, if that has no room now. */
    void add(SequencedInbox<?> inbox) {
        left.incrementAndGet();
        if (inbox.turns.isFullFor(this)) {
            inboxes.add(inbox);
        } else {
            left.decrementAndGet();
        }
    }

    /** All that have no room were added. */
    void start() {
        left.decrementAndGet();
    }

    void tickOff() {
        if (left.decrementAndGet() == 0) {
            LockSupport.unpark(thread);
        }
    }

    boolean isOver() {
        return left.get() == 0;
    }

    /** Wakes it without all having had room. */
    void giveUp() {
        LockSupport.unpark(thread);
    }

    /** Whether it found that inbox full. */
    boolean isFor(SequencedInbox<?> inbox) {
        return inboxes.contains(inbox);
    }

    /** Waits no longer anywhere. */
    void forget() {
        inboxes.forEach(inbox -> inbox.turns.forget(this));
    }
}
