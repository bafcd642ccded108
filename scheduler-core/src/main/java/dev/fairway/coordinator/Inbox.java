package dev.fairway.coordinator;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Where submitters leave tasks for any worker without taking the lock, and the count that keeps all that wait within the capacity.
 *
 * <p><b>Nothing is overlooked.</b> A submitter may leave a task and go only while {@link #isQuiet}: somebody is sure to look before
 * long. It puts the task in, and then looks whether that still holds; who ends it does so under the lock, and then looks for tasks. Both
 * accesses of both are volatile, so one of the two sees the other.
 *
 * <p><b>Capacity.</b> Each submit takes a ticket, the next number below the limit. The limit rises, under the lock, as tasks leave; who
 * finds no number left takes the lock, sees to it that it is published exactly, and tries once more. So at the moment at which a submitter
 * is rejected, as many tasks wait as may. Those in the inbox wait, though an idle worker would have them at once, and so does one that a
 * submitter is about to put in: who finds no number left looks for what is in the inbox as well.
 */
final class Inbox<T, R extends @Nullable Object> extends InboxEntrance<T, R> {
    /** No ticket is left. */
    static final long FULL = -1;

    /** The limit is published as it rises by so many, or by an eighth of the capacity: each time takes the line from the submitters. */
    private static final int MOST_UNPUBLISHED = 256;

    /** The clock is passed on as it moves by so much. */
    private static final long CLOCK_NANOS = 1_000;

    private static final VarHandle TICKETS;
    private static final VarHandle CLOCK;
    private static final VarHandle LIMIT;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            TICKETS = lookup.findVarHandle(InboxEntrance.class, "tickets", long.class);
            CLOCK = lookup.findVarHandle(Inbox.class, "clock", long.class);
            LIMIT = lookup.findVarHandle(Inbox.class, "limit", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final int step;

    // Written under the lock, and read by submitters; seldom, since each time takes the line from them.

    /** Released: who has seen what made room, by way of the lock or of a task's end, sees the room. */
    private volatile long limit;

    private volatile boolean quiet;

    /** Opaque: it may be late, and guards nothing. */
    @SuppressWarnings("unused") // by CLOCK
    private long clock;

    Inbox(int capacity) {
        limit = capacity;
        step = Math.max(1, Math.min(MOST_UNPUBLISHED, capacity / 8));
    }

    /** Takes a ticket, numbered from 0; {@link #FULL} when as many tasks wait as may. */
    long reserve() {
        while (true) {
            long taken = tickets;
            if (taken >= limit) {
                return FULL;
            }
            if (TICKETS.weakCompareAndSet(this, taken, taken + 1)) {
                return taken;
            }
        }
    }

    /**
     * The lock is held.
     *
     * @param exactly whether somebody has found no number left; else the limit may lag behind
     */
    void limit(long newLimit, boolean exactly) {
        long published = limit;
        if (newLimit != published && (exactly || newLimit < published || newLimit - published >= step)) {
            LIMIT.setRelease(this, newLimit);
        }
    }

    boolean isQuiet() {
        return quiet;
    }

    /** The lock is held. When submitters may no longer go, {@link #isEmpty} must be asked after this. */
    void quiet(boolean newQuiet) {
        if (quiet != newQuiet) {
            quiet = newQuiet;
        }
    }

    /** A time that is near enough while workers end task after task; 0: submitters read the clock. The lock is held. */
    void clock(long now) {
        long before = clock;
        if (now == 0 ? before != 0 : now - before >= CLOCK_NANOS || before == 0) {
            CLOCK.setOpaque(this, now);
        }
    }

    long clock() {
        return (long) CLOCK.getOpaque(this);
    }

    void put(Task<T, R> task) {
        while (!pile.put(task)) {
            // who takes a pile has put the next one in its place before
        }
    }

    /** Exact with the lock held; else it may be late. */
    boolean isEmpty() {
        return pile.isEmpty();
    }

    /** Takes all tasks out, oldest first, linked by {@link Task#next}; null when there are none. The lock is held. */
    @Nullable
    Task<T, R> takeAll() {
        Pile<T, R> taken = pile;
        pile = Pile.begin(); // first: no submitter has to wait for it
        Task<T, R> task = taken.take();
        Task<T, R> oldest = null;
        while (task != null) {
            Task<T, R> before = task.next;
            task.next = oldest;
            oldest = task;
            task = before;
        }
        return oldest;
    }
}
