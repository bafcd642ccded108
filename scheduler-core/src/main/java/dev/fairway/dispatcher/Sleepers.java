package dev.fairway.dispatcher;

import dev.fairway.internal.BriefLock;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Tells readers that sleep that the clock has moved, in waves. What happened since the last wave is one tick for each.
 *
 * <p><b>Who pays.</b> A sender whose message is for somebody else looks at one flag, {@code armed}, and if it is set clears it and wakes one
 * thread: the watch. The watch wakes the sleepers, and those it has woken help it ({@link #help}), as a tree. While a wave is going
 * on, or in the pause after it, the flag is clear, and senders do nothing. The pause grows with the number of the woken: telling strangers
 * of the clock takes a small share of the machine, however many they are and however fast it moves. After a quiet time there
 * is no pause to wait for, and a broadcast ({@link #signalMessage}) does not wait for one.
 *
 * <p><b>Nothing is missed.</b> A sender moves the clock, then reads {@code armed}. The watch sets {@code armed}, then reads the clock; so does
 * a reader that has just put itself into the list. All four are volatile accesses, so one of the two sees the other. While {@code armed}
 * is clear and somebody sleeps, the watch is awake and will look again.
 *
 * <p><b>The watch</b> is a task of a helper thread; it runs while somebody sleeps and for some seconds more. Application code is never
 * called from it: what calls executors is given to other {@link Helpers}.
 *
 * <p>Lock order: an inbox's lock, then this one.
 */
final class Sleepers {
    /** How long nobody else is woken for the clock, for each that was. */
    private static final long PAUSE_NANOS = 64_000;

    private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(10);
    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** How many others each of the woken wakes. */
    private static final int HELP = 2;

    private final LongSupplier clock;
    private final Helpers helpers;
    private final LongSupplier time;
    final BriefLock lock = new BriefLock();

    // Guarded by the lock.

    private @Nullable Place first;
    private @Nullable Place last;
    private long size;

    /** How many at the head of the list the wave has still to look at. */
    private long waveLeft;

    private long waveWoken;
    private @Nullable Thread watch;
    private boolean watchStarts;
    private boolean watchWaits;
    private boolean overdue;
    private boolean closed;

    /** Whether the watch is parked, or about to: in a pause, or since it waits. */
    private boolean watchParks;

    /** Somebody may be waiting for a message: also read without the lock by the watch. */
    private volatile boolean urgent;

    /** Whether somebody is in the list. Also read without. */
    private volatile boolean occupied;

    /** How far the clock was at the last wave. Also read without. */
    private volatile long told;

    /** Written under the lock, apart from {@link #signal}: whether the watch waits and wants to be woken when the clock moves. */
    private volatile boolean armed;

    Sleepers(LongSupplier clock, Helpers helpers) {
        this(clock, helpers, System::nanoTime);
    }

    /**
     * @param clock what sleepers wait for
     * @param time in nanoseconds, for how long the watch stays and pauses
     */
    Sleepers(LongSupplier clock, Helpers helpers, LongSupplier time) {
        this.clock = clock;
        this.helpers = helpers;
        this.time = time;
    }

    /** A place in the list; each inbox has one. Guarded by the lock. */
    static final class Place {
        final Inbox<?> inbox;
        private boolean listed;
        private @Nullable Place before;
        private @Nullable Place after;
        private long seen;

        Place(Inbox<?> inbox) {
            this.inbox = inbox;
        }
    }

    // ---- sleepers

    /** Lets the watch wake a reader when the clock is beyond what it has seen; called by a reader that sleeps, or is about to. */
    void add(Place place, long seen) {
        boolean start = false;
        lock.lock();
        place.seen = seen;
        if (!place.listed) {
            link(place);
        }
        if (seen < told) {
            overdue = true;
        }
        if (watch == null && !watchStarts) {
            watchStarts = true;
            start = true;
        } else if (watchWaits) {
            armed = true;
        }
        lock.unlock();
        if (start) {
            helpers.execute(this::watch);
        } else if (clock.getAsLong() > seen) {
            signal();
        }
    }

    /** Forgets a reader that is awake. */
    void remove(Place place) {
        lock.lock();
        if (place.listed) {
            unlink(place);
        }
        boolean wasLast = first == null;
        if (wasLast) {
            armed = false;
        }
        Thread leaves = wasLast && closed ? watch : null;
        lock.unlock();
        LockSupport.unpark(leaves);
    }

    /** The watch goes as soon as nobody sleeps. */
    void close() {
        lock.lock();
        closed = true;
        Thread leaves = watch;
        lock.unlock();
        LockSupport.unpark(leaves);
    }

    // ---- whoever moves the clock

    boolean isArmed() {
        return armed;
    }

    /** To be called after the clock has moved, when it {@link #isArmed()}. */
    void signal() {
        if (!armed) {
            return;
        }
        Thread woken = null;
        lock.lock();
        if (armed) {
            armed = false;
            woken = watch;
        }
        lock.unlock();
        LockSupport.unpark(woken);
    }

    /** To be called after the clock has moved by a message that sleepers may be waiting for: they are woken without a pause. */
    void signalMessage() {
        if (!occupied) {
            return;
        }
        lock.lock();
        urgent = true;
        armed = false;
        Thread woken = watchParks ? watch : null;
        lock.unlock();
        LockSupport.unpark(woken);
    }

    /** Called by one that was woken: wakes some others of the same wave, or the watch if its waker has left that to it. */
    void help() {
        for (int i = 0; i < HELP && wakeOne(); i++) {}
        if (armed && clock.getAsLong() != told) {
            signal();
        }
    }

    // ---- the watch

    private void watch() {
        lock.lock();
        watchStarts = false;
        watch = Thread.currentThread();
        while (awaitNews()) {
            pause(Math.min(LONGEST_PAUSE_NANOS, wave() * PAUSE_NANOS));
        }
        watch = null;
        lock.unlock();
    }

    /** The lock is held, before and after; false when nobody has slept for long. */
    private boolean awaitNews() {
        long end = time.getAsLong() + KEEP_NANOS;
        while (!urgent && !overdue && (first == null || clock.getAsLong() == told)) {
            long now = time.getAsLong();
            if (first != null) {
                end = now + KEEP_NANOS;
            }
            long left = end - now;
            if (first == null && (closed || left <= 0)) {
                return false;
            }
            watchWaits = true;
            watchParks = true;
            boolean nobodySleeps = first == null;
            armed = !nobodySleeps;
            lock.unlock();
            if ((nobodySleeps || clock.getAsLong() == told) && !urgent) {
                LockSupport.parkNanos(this, Math.max(1, left));
                Thread.interrupted();
            }
            lock.lock();
            watchWaits = false;
            watchParks = false;
            armed = false;
        }
        return true;
    }

    /** Wakes all who have not seen where the clock is now. The lock is held, before and after. */
    private long wave() {
        told = clock.getAsLong();
        overdue = false;
        urgent = false;
        waveLeft = size;
        waveWoken = 0;
        lock.unlock();
        while (wakeOne()) {}
        lock.lock();
        return waveWoken;
    }

    private boolean wakeOne() {
        Place place = null;
        lock.lock();
        while (place == null && waveLeft > 0 && first != null) {
            waveLeft--;
            Place next = first;
            unlink(next);
            if (next.seen < told) {
                waveWoken++;
                place = next;
            } else {
                link(next);
            }
        }
        lock.unlock();
        if (place == null) {
            return false;
        }
        place.inbox.wakeFromElsewhere(helpers);
        return true;
    }

    /** The lock is held, before and after. */
    private void pause(long nanos) {
        long end = time.getAsLong() + nanos;
        watchParks = true;
        for (long left = nanos; left > 0 && !urgent; left = end - time.getAsLong()) {
            lock.unlock();
            if (!urgent) {
                LockSupport.parkNanos(this, left);
                Thread.interrupted();
            }
            lock.lock();
        }
        watchParks = false;
    }

    private void link(Place place) {
        place.listed = true;
        place.before = last;
        if (last == null) {
            first = place;
        } else {
            last.after = place;
        }
        last = place;
        size++;
        if (!occupied) {
            occupied = true;
        }
    }

    private void unlink(Place place) {
        if (place.before == null) {
            first = place.after;
        } else {
            place.before.after = place.after;
        }
        if (place.after == null) {
            last = place.before;
        } else {
            place.after.before = place.before;
        }
        place.before = null;
        place.after = null;
        place.listed = false;
        size--;
        if (first == null) {
            occupied = false;
        }
    }
}
