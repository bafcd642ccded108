package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.internal.BriefLock;
import org.jspecify.annotations.Nullable;

/**
 * Where tasks come into a channel. It is the lock of that end itself, and everything in it is guarded by it; see {@link Backlog}.
 */
final class Intake extends BriefLock {
    /** A wait of more tasks than this may be stamped with the workers' last clock reading. */
    private static final int MANY = 8;

    /** Tasks that come in shorter intervals on average come in quick succession. */
    private static final long QUICK_NANOS = 2_000;

    /** At most so many stamps in a row without a clock reading of the producer's own. */
    private static final int MOST_SHARED_STAMPS = 16;

    /** What became of a task. */
    enum Admission {
        /** It is in. */
        ADMITTED,
        /** It is in, and the caller must see to it that the channel waits for a turn: nobody else will. */
        LINK,
        /** There is room but no slot; to be tried again with the channel's lock held. */
        NO_SLOT,
        CHANNEL_FULL,
        SCHEDULER_FULL,
        CLOSED;

        boolean isIn() {
            return this == ADMITTED || this == LINK;
        }

        boolean isFull() {
            return this == CHANNEL_FULL || this == SCHEDULER_FULL;
        }
    }

    final int capacity;
    private final DefaultFairScheduler<?, ?> scheduler;

    /** Changed with the channel's lock held as well. */
    @Nullable
    TaskRing ring;

    /** Changed with the channel's lock held as well. */
    boolean closed;

    /** Counts cancels of the whole channel; changed with the channel's lock held as well. */
    int epoch;

    int tail;

    /** How long a ring to begin with when something waits again. */
    int firstLength = RingPool.SMALLEST;

    /** Nothing waits, and whoever puts in a task must let the channel wait for a turn. */
    boolean asleep = true;

    /** Tasks put into the ring or among the urgent ones, ever. */
    long appended;

    /** What {@link Backlog#left()} was when it was last looked at. */
    private long leftSeen;

    /** Tasks accepted without coming through here, since their callers ran them. */
    int callerRuns;

    /** Attempts refused, ever. */
    long rejected;

    /** The channel is no more, and {@code rejected} has been added up. */
    boolean retired;

    long lastAccepted;

    /** The backlog from which on the channel stands too low among the busiest. */
    int noteAt = BusiestIndex.SMALLEST_BACKLOG;

    private int sharedStamps;

    /** The last clock reading of this end, and the low bits of what {@code appended} was then. */
    private long lastReading;

    private int lastRead;

    /** Whether tasks came in quick succession when the clock was last read. */
    private boolean quick;

    Intake(DefaultFairScheduler<?, ?> scheduler, int capacity) {
        this.scheduler = scheduler;
        this.capacity = capacity;
        this.lastAccepted = scheduler.ticker.getAsLong();
    }

    /** Puts a task in if there is room; {@code node} is null for a bare task. */
    Admission admit(Object task, @Nullable TaskNode<?, ?> node, Backlog backlog) {
        return admit(task, node, backlog, false);
    }

    private Admission admit(Object task, @Nullable TaskNode<?, ?> node, Backlog backlog, boolean holdsRoom) {
        if (closed) {
            return Admission.CLOSED;
        }
        if (appended - leftSeen >= capacity) {
            leftSeen = backlog.left();
            if (appended - leftSeen >= capacity) {
                return Admission.CHANNEL_FULL;
            }
        }
        boolean urgent = node != null && node.urgent;
        TaskRing target = ring;
        if (urgent || target == null || !target.isFree(tail)) {
            return Admission.NO_SLOT;
        }
        if (scheduler.room != null && !holdsRoom && !reserveRoom(backlog)) {
            return Admission.SCHEDULER_FULL;
        }
        target.put(tail++, node == null ? task : node, stamp(node, backlog));
        return appended();
    }

    /** As {@link #admit}, with the channel's lock held too; never {@link Admission#NO_SLOT}. */
    Admission admitWithBothLocks(Object task, @Nullable TaskNode<?, ?> node, Backlog backlog) {
        return admitWithBothLocks(task, node, backlog, false);
    }

    /**
     * As {@link #admitWithBothLocks(Object, TaskNode, Backlog)}.
     *
     * @param holdsRoom whether the task takes over the room in the scheduler of one that was dropped for it
     */
    Admission admitWithBothLocks(Object task, @Nullable TaskNode<?, ?> node, Backlog backlog, boolean holdsRoom) {
        Admission admission = admit(task, node, backlog, holdsRoom);
        if (admission != Admission.NO_SLOT) {
            return admission;
        }
        if (node != null && node.urgent) {
            if (scheduler.room != null && !holdsRoom && !reserveRoom(backlog)) {
                return Admission.SCHEDULER_FULL;
            }
            stamp(node, backlog);
            backlog.addUrgent(node);
            return appended();
        }
        backlog.makeSlot();
        return admit(task, node, backlog, holdsRoom);
    }

    private boolean reserveRoom(Backlog backlog) {
        leftSeen = backlog.left();
        return requireNonNull(scheduler.room).reserve(appended == leftSeen);
    }

    private Admission appended() {
        appended++;
        if (asleep) {
            asleep = false;
            return Admission.LINK;
        }
        return Admission.ADMITTED;
    }

    /** The backlog that is news when the index has just heard of this one: twice as much, in powers of two. */
    static int noteAfter(long waiting) {
        long next = Math.max(BusiestIndex.SMALLEST_BACKLOG, Long.highestOneBit(waiting) * 2);
        return (int) Math.min(Integer.MAX_VALUE, next);
    }

    /** The backlog, when it has grown so much that the index of the busiest must hear of it; else 0. */
    long news(Backlog backlog) {
        if (appended - leftSeen < noteAt) {
            return 0;
        }
        leftSeen = backlog.left();
        long waiting = appended - leftSeen;
        if (waiting < noteAt) {
            return 0;
        }
        noteAt = noteAfter(waiting);
        return waiting;
    }

    /**
     * When a task is accepted. The true clock costs as much as all the rest of an {@code offer}, so where many bare tasks come in
     * quick succession and wait, some in a row share a reading: the workers' last one while those read often, else the last one
     * made here while the task that was stamped with it still waits. A task with a node (somebody has its handle, or listens) is
     * always stamped with the true time.
     */
    private long stamp(@Nullable TaskNode<?, ?> node, Backlog backlog) {
        long stamp;
        if (node != null || !quick || appended - leftSeen <= MANY || ++sharedStamps >= MOST_SHARED_STAMPS) {
            stamp = readClock();
        } else if (scheduler.clock.isFresh()) {
            stamp = Math.max(lastAccepted, scheduler.clock.lastReading());
        } else {
            leftSeen = backlog.left();
            stamp = (int) leftSeen - lastRead <= 0 ? lastAccepted : readClock();
        }
        lastAccepted = stamp;
        if (node != null) {
            node.acceptedNanos = stamp;
            node.epoch = epoch;
        }
        return stamp;
    }

    private long readClock() {
        long now = scheduler.ticker.getAsLong();
        quick = now - lastReading <= ((int) appended - lastRead) * QUICK_NANOS;
        sharedStamps = 0;
        lastRead = (int) appended;
        lastReading = now;
        return now;
    }
}
