package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import dev.fairway.internal.BriefLock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jctools.queues.atomic.SpscGrowableAtomicArrayQueue;
import org.jspecify.annotations.Nullable;

/**
 * What waits for one receiver: the seam between the ways to receive ({@link DefaultReceiver}, the same for both kinds of dispatcher)
 * and where messages, ticks and the end come from (a subclass for each kind).
 *
 * <p><b>Two sides.</b> The producers' side appends under the {@link #lock}, in the order of timestamps. The reader's side takes
 * without it; it is one thread at a time (whoever has the receiver's {@link DefaultReceiver#tryRead() reading role}). Between them is a
 * queue for one producer and one consumer.
 *
 * <p><b>What the reader asks</b>, always in this order: {@link #peek()}; if that gave nothing, {@link #end()}, then
 * {@link #promised()}, then {@code peek()} again. So both answers may be given without a lock, if only every message that they
 * exclude would be seen by a {@code peek} that follows. A message is taken with {@link #remove()}; the fence and {@link #settled()}
 * come a little later, once for everything a call did.
 *
 * <p><b>Sleep.</b> {@link #fallAsleep} sets the flag {@code asleep} under the lock, lets the subclass register for what does not come
 * through the lock ({@link #fellAsleep}), and then looks for news once more. Who appends, raises the promise or ends the inbox does so
 * under the lock and calls {@link #rouse}, which clears the flag; whoever cleared it calls {@link Reader#wake} after the lock. So each
 * sleep ends with one wake-up or with the sleeper's own {@link #awaken}, and no news is missed.
 *
 * <p><b>Count.</b> {@code appended - taken} wait in the queue. The subclass decides what has room; it is told of room made by
 * {@code settled()}.
 */
abstract class Inbox<T> {
    /** The {@link #end()} of an inbox that has not ended. */
    static final long OPEN = Long.MAX_VALUE;

    private static final int FIRST_CHUNK = 64;
    private static final int LARGEST_RING = 1 << 30;
    private static final VarHandle TAKEN;

    static {
        try {
            TAKEN = MethodHandles.lookup().findVarHandle(Inbox.class, "taken", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final String receiver;
    final int capacity;

    /** Guards the producers' side. Sections are brief, and call nobody else's code. */
    final BriefLock lock = new BriefLock();

    private final SpscGrowableAtomicArrayQueue<Object> queue;

    // Written under the lock.

    private volatile boolean asleep;
    private volatile boolean closed;

    /** Set before the reader falls asleep for the first time. */
    private volatile @Nullable Reader reader;

    // Written by the reader.

    @SuppressWarnings("unused") // by TAKEN
    private volatile long taken;

    /**
     * @param most how many messages may be in the queue at once; no less than the capacity
     */
    Inbox(String receiver, int capacity, int most) {
        this.receiver = receiver;
        this.capacity = capacity;
        long ring = Math.min(LARGEST_RING, Math.max(FIRST_CHUNK, (long) most) * 2);
        this.queue = new SpscGrowableAtomicArrayQueue<>(FIRST_CHUNK, (int) ring);
    }

    // ---- what differs; the reader's side

    /** How far nothing more will come than what a following {@link #peek} sees; does not go back. */
    abstract long promised();

    /** The last timestamp that the receiver will reach once nothing more will come; {@link #OPEN} before. */
    abstract long end();

    /**
     * Whether a sleeper is woken by the {@link Sleepers} when the clock moves. Then a reader that has had a tick sleeps until they say
     * so, however the clock moves; else every rise of {@link #promised} must be told by {@link #rouse}.
     */
    abstract boolean isWokenByClock();

    /** What was taken is visible, and a full fence lies between: time to let in who waits for room. Called by the reader under no lock. */
    abstract void settled();

    /** The receiver has left: whatever waits for room in it fails. Called once, under no lock. */
    abstract void left();

    /** Calls that wait for room. */
    abstract int blockedSenders();

    /** Messages that cannot be released yet. */
    int reordering() {
        return 0;
    }

    /** Messages for this receiver, ever: also those that are not in the queue (yet). */
    abstract long accepted();

    /** Called by the reader that has just set {@code asleep}, under no lock, if it waits for ticks; {@code last} is what it has seen. */
    void fellAsleep(long last) {}

    /** Called by the reader that has just woken, whoever woke it; under no lock. */
    void awoke() {}

    // ---- the reader's side

    /** The first message or envelope; null when there is none. */
    @Nullable
    Object peek() {
        return queue.peek();
    }

    /** Takes what {@link #peek} gave. */
    void remove() {
        queue.poll();
        countTaken(1);
    }

    /** Takes everything; says how much. */
    long removeAll() {
        long removed = 0;
        while (peek() != null) {
            remove();
            removed++;
        }
        return removed;
    }

    final @Nullable Object peekQueue() {
        return queue.peek();
    }

    final void removeFromQueue() {
        queue.poll();
        countTaken(1);
    }

    /** Release order: the reader's fence before {@link #settled} is what producers rely on. */
    final void countTaken(long count) {
        TAKEN.setRelease(this, (long) TAKEN.get(this) + count);
    }

    final long taken() {
        return taken;
    }

    /** Goes to sleep; false when there is news, and the reader is awake. */
    final boolean fallAsleep(long last, boolean forClock) {
        lock.lock();
        asleep = true;
        lock.unlock();
        if (forClock && peek() == null) {
            fellAsleep(last);
        }
        if (closed || peek() != null || end() != OPEN || (forClock && !isWokenByClock() && promised() > last)) {
            awaken();
            return false;
        }
        return true;
    }

    final boolean isAsleep() {
        return asleep;
    }

    /** Ends a sleep, also one that somebody else has ended. */
    final void awaken() {
        if (asleep) {
            lock.lock();
            asleep = false;
            lock.unlock();
        }
        awoke();
    }

    final boolean isClosed() {
        return closed;
    }

    /** Lets nothing more in; true when there is a sleeper to wake. */
    final boolean shut() {
        lock.lock();
        closed = true;
        boolean roused = rouse();
        lock.unlock();
        return roused;
    }

    final void reader(Reader reader) {
        this.reader = reader;
    }

    /** Who is to be woken by who has {@linkplain #rouse roused} it. */
    final Reader reader() {
        return requireNonNull(reader);
    }

    /** Wakes the reader if it sleeps, by a thread of ours; its executor is called by yet another. */
    final void wakeFromElsewhere(Helpers helpers) {
        lock.lock();
        boolean roused = rouse();
        lock.unlock();
        if (roused) {
            Reader woken = reader();
            if (woken.callsOthers()) {
                helpers.execute(woken::wake);
            } else {
                woken.wake();
            }
        }
    }

    // ---- the producers' side; the lock is held

    final void append(Object content) {
        if (!queue.offer(content)) {
            throw new IllegalStateException("the queue of '" + receiver + "' is full");
        }
    }

    /** Whether the reader sleeps; then it does no more, and the caller must see to its {@link Reader#wake} after the lock. */
    final boolean rouse() {
        if (!asleep) {
            return false;
        }
        asleep = false;
        return true;
    }
}
