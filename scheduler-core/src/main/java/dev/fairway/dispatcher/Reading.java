package dev.fairway.dispatcher;

import dev.fairway.ContextPropagator.Snapshot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * Turns an inbox into the sequence of deliveries that every way to receive shows, and keeps how far it has come.
 *
 * <p><b>The role.</b> One thread at a time reads: the one that {@link #tryRead} let in, until {@link #stopReading}. All that is not
 * volatile belongs to it.
 *
 * <p><b>Steps.</b> A message that does not follow directly on the last delivery is announced by a tick first, and taken by the next
 * step. When the inbox is empty, the step gives a tick up to what is promised, if that is news. Who waits, and has had such a tick
 * just now, gets no other until it has slept and was woken: a clock that is always on the move would else keep every receiver busy
 * that has nothing to do.
 *
 * <p><b>What others see.</b> {@code delivered} and {@code processed} are written in release order; {@link #settle} is the full fence
 * between them (and what was taken) and the look for those who wait for them.
 */
final class Reading<T> {
    private static final VarHandle READING;
    private static final VarHandle DELIVERED;
    private static final VarHandle PROCESSED;
    private static final VarHandle TICKS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            READING = lookup.findVarHandle(Reading.class, "reading", int.class);
            DELIVERED = lookup.findVarHandle(Reading.class, "delivered", long.class);
            PROCESSED = lookup.findVarHandle(Reading.class, "processed", long.class);
            TICKS = lookup.findVarHandle(Reading.class, "ticks", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Inbox<T> inbox;
    private final Awaiters awaiters;

    @SuppressWarnings("unused") // by READING
    private volatile int reading;

    // Written by who reads; the volatile ones are for others.

    private volatile long delivered;
    private volatile long processed;
    private volatile long ticks;
    private volatile boolean over;
    private long last;
    private boolean hadTick;
    private @Nullable Snapshot context;
    private final Patience patience = new Patience();

    Reading(Inbox<T> inbox, Awaiters awaiters, long start) {
        this.inbox = inbox;
        this.awaiters = awaiters;
        this.last = start;
        this.delivered = start;
        this.processed = start;
    }

    // ---- the role

    boolean tryRead() {
        return READING.compareAndSet(this, 0, 1);
    }

    void stopReading() {
        reading = 0; // the full fence
        look();
    }

    /** To be called before the reader waits. */
    void settle() {
        VarHandle.fullFence();
        look();
    }

    private void look() {
        inbox.settled();
        if (awaiters.isAnyFor(processed)) {
            awaiters.signal(processed);
        }
    }

    // ---- who reads

    /** All that was handed out is processed. */
    void processed() {
        if (processed != last) {
            PROCESSED.setRelease(this, last);
        }
    }

    /**
     * The next delivery; null when there is none now, or nothing more to come: then {@link #isOver()}.
     *
     * @param waits whether the caller sleeps when there is none
     */
    @Nullable
    Delivery<T> next(boolean waits) {
        Object head = inbox.peek();
        if (head == null) {
            long end = inbox.end();
            long promised = end == Inbox.OPEN ? inbox.promised() : end;
            head = inbox.peek();
            if (head == null) {
                return nothing(end, promised, waits);
            }
        }
        Message<T> message = Envelope.message(head);
        long timestamp = message.timestamp();
        if (timestamp > last + 1) {
            return tick(timestamp - 1);
        }
        context = Envelope.context(head);
        inbox.remove();
        hadTick = false;
        last = timestamp;
        DELIVERED.setRelease(this, timestamp);
        return message;
    }

    private @Nullable Delivery<T> nothing(long end, long promised, boolean waits) {
        if (promised <= last) {
            over = end != Inbox.OPEN;
            return null;
        }
        if (waits && hadTick && end == Inbox.OPEN && inbox.isWokenByClock()) {
            return null;
        }
        hadTick = true;
        return tick(promised);
    }

    private Tick<T> tick(long timestamp) {
        context = null;
        last = timestamp;
        TICKS.setRelease(this, (long) TICKS.get(this) + 1);
        DELIVERED.setRelease(this, timestamp);
        return new Tick<>(timestamp);
    }

    /** Whether a following {@link #next} would find a message. */
    boolean hasMessage() {
        return inbox.peek() != null;
    }

    /** Looks for a message a little longer, before the reader goes to sleep; not after a tick: others' messages are not worth it. */
    boolean awaitMessage() {
        return !hadTick && patience.awaitMessage(this);
    }

    /** Whether nothing more will come, and what was handed out before is all. */
    boolean isAtEnd() {
        long end = inbox.end();
        return end != Inbox.OPEN && last >= end && inbox.peek() == null;
    }

    /**
     * Goes to sleep.
     *
     * @param forClock whether ticks are news, too
     * @return false when there is news, and the reader is awake
     */
    boolean fallAsleep(boolean forClock) {
        patience.fallsAsleep();
        return inbox.fallAsleep(last, forClock);
    }

    void awaken() {
        inbox.awaken();
        if (!hadTick) {
            patience.awoke();
        }
        hadTick = false;
    }

    /** What the sender of the last delivery wanted to be carried. */
    @Nullable
    Snapshot context() {
        return context;
    }

    // ---- anybody

    /** Whether the reader was told the end. */
    boolean isOver() {
        return over;
    }

    long lastDelivered() {
        return delivered;
    }

    long lastProcessed() {
        return processed;
    }

    long ticks() {
        return ticks;
    }
}
