package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import dev.fairway.ContextPropagator.Snapshot;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The inbox of a receiver of a sequencing dispatcher. The message that comes next is the older one of two: the first in the queue, and the
 * next in the {@link BroadcastLog}.
 *
 * <p><b>Linearization.</b> A send finds room, takes its timestamp from the clock and appends, all under the inbox's lock; it counts from
 * the moment in which it took the timestamp, as a broadcast does. Everything that the reader concludes from a timestamp rests on this:
 * whoever has seen that the clock reached t, and then finds the lock free, sees every message up to t in the queue; and finds every
 * broadcast up to t begun.
 *
 * <ul>
 *   <li>{@link #promised}: reads the clock, then waits until the lock is free once.
 *   <li>{@link #peek}, with a broadcast at t next and an empty queue: waits until the lock is free, and looks at the queue again.
 *   <li>{@code peek}, with a message at t next: it was appended after the clock reached t, so each broadcast before it has begun.
 * </ul>
 *
 * <p><b>Its place in the log</b> would keep all later broadcasts alive once it has ended, whoever may still know it (a sender that is open,
 * an application that reads no more). So who ends it copies what it has still to hear, and then takes its place away. The reader goes on
 * in the log by comparing and setting, and in the copy when there is no place to go on from.
 *
 * <p><b>Room</b> is there while fewer messages than the capacity are in the queue or in the log ahead of the reader. Who finds none
 * waits in {@link Turns}.
 */
final class SequencedInbox<T> extends Inbox<T> {
    /** Instead of a timestamp: there is no room. */
    static final long FULL = -1;

    private static final int SPINS = 64;
    private static final VarHandle SENT;
    private static final VarHandle LAST_HEARD;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            SENT = lookup.findVarHandle(SequencedInbox.class, "sent", long.class);
            LAST_HEARD = lookup.findVarHandle(SequencedInbox.class, "lastHeard", BroadcastLog.Node.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    final Turns<T> turns = new Turns<>(this);

    private final AtomicLong clock;
    private final BroadcastLog<T> log;
    private final Sleepers sleepers;
    private final Helpers helpers;
    private final Sleepers.Place place = new Sleepers.Place(this);

    /** How many broadcasts there were before this receiver. */
    private final long base;

    // Guarded by the lock; the volatile ones are also read without.

    private volatile long sent;
    private volatile @Nullable End end;
    private long takenAtLeast;

    /** Its place in the log. Moved on by the reader, until the end takes it away; null after that. */
    private volatile BroadcastLog.@Nullable Node<T> lastHeard;

    /** What was still to be heard at the end; set before {@link #lastHeard} is taken away. */
    private volatile @Nullable Rest rest;

    // Owned by the reader.

    private long heard;

    /** Whether what was peeked at is a broadcast. */
    private boolean peekedAtBroadcast;

    /** Where it ended: at which timestamp, and after how many broadcasts. */
    private record End(long timestamp, long broadcasts) {}

    /** What comes after so many broadcasts, and up to the end. */
    private static final class Rest {
        private final long after;
        private final @Nullable Object[] contents;

        Rest(long after, Object[] contents) {
            this.after = after;
            this.contents = contents;
        }

        Object get(long heard) {
            return requireNonNull(contents[(int) (heard - after)]);
        }

        void drop(long heard) {
            contents[(int) (heard - after)] = null;
        }
    }

    /** To be called with the log's lock held. */
    SequencedInbox(String receiver, DefaultSequencingDispatcher<T> dispatcher) {
        super(receiver, dispatcher.settings.inboxCapacity(), dispatcher.settings.inboxCapacity());
        this.clock = dispatcher.clock;
        this.log = dispatcher.log;
        this.sleepers = dispatcher.sleepers;
        this.helpers = dispatcher.helpers;
        this.lastHeard = log.tail();
        this.heard = log.begun();
        this.base = heard;
    }

    boolean isOf(DefaultSequencingDispatcher<?> dispatcher) {
        return log == dispatcher.log;
    }

    // ---- senders

    /** Sends if there is room: the timestamp, or {@link #FULL}. */
    long trySend(DefaultSender<T> sender, T payload, @Nullable Snapshot context) {
        long timestamp;
        boolean roused;
        lock.lock();
        try {
            checkOpenTo(sender);
            if (!hasRoom()) {
                return FULL;
            }
            timestamp = send(sender, payload, context);
            roused = rouseForMessage();
        } finally {
            lock.unlock();
        }
        tell(roused);
        return timestamp;
    }

    /** There is room, and the lock is held. */
    long send(DefaultSender<T> sender, T payload, @Nullable Snapshot context) {
        long timestamp = clock.incrementAndGet();
        append(Envelope.of(new Message<>(payload, timestamp), context));
        SENT.setRelease(this, (long) SENT.get(this) + 1);
        sender.countSent();
        return timestamp;
    }

    /**
     * As {@link #rouse}, for a message: then nobody needs to wake the reader for the clock. That is said while the lock is held; later it
     * could be meant for its next sleep.
     */
    boolean rouseForMessage() {
        boolean roused = rouse();
        if (roused) {
            sleepers.remove(place);
        }
        return roused;
    }

    /** After a message was sent, with what {@link #rouseForMessage} said: wakes one thread at most. */
    void tell(boolean roused) {
        if (roused) {
            wakeForMessage();
        } else if (sleepers.isArmed()) {
            sleepers.signal();
        }
    }

    /** Wakes the reader for a message of its own. It wakes those who wait for the clock when it is awake. */
    private void wakeForMessage() {
        Reader woken = reader();
        if (woken.callsOthers() && sleepers.isArmed()) {
            helpers.execute(() -> {
                sleepers.signal();
                woken.wake();
            });
        } else {
            woken.wake();
        }
    }

    /** The lock is held. */
    void checkOpenTo(DefaultSender<T> sender) {
        if (!sender.isOpen() || isClosed() || end != null) {
            throw refusal(sender);
        }
    }

    RuntimeException refusal(DefaultSender<T> sender) {
        if (!sender.isOpen()) {
            return sender.closedRefusal();
        }
        return new ReceiverClosedException(
                receiver, "receiver '" + receiver + "' of " + sender + (isClosed() ? " has left" : " has ended"));
    }

    /** The lock is held. */
    boolean hasRoom() {
        if (sent + log.begun() - base - takenAtLeast < capacity) {
            return true;
        }
        long begun = log.begun();
        for (long before = -1;
                before != begun;
                begun = log.begun()) { // both of one moment: a broadcast may follow what is taken
            before = begun;
            takenAtLeast = taken();
        }
        return sent + begun - base - takenAtLeast < capacity;
    }

    /** Whether a broadcast need not wait for this inbox. Exact with the lock held; else false may be wrong. */
    boolean canTakeBroadcast() {
        long seenTaken = taken(); // first: what is sent meanwhile then counts, what is taken meanwhile does not
        return sent + log.begun() - base - seenTaken < capacity || isClosed() || end != null;
    }

    // ---- the reader

    @Override
    @Nullable
    Object peek() {
        Object own = peekQueue();
        long begun = log.begun();
        if (begun != heard) {
            End ended = end; // after begun: broadcasts that came after the end are not for this receiver
            if (ended == null || heard < ended.broadcasts()) {
                return peekAtBoth(own);
            }
        }
        peekedAtBroadcast = false;
        return own;
    }

    private Object peekAtBoth(@Nullable Object own) {
        Object broadcast = nextBroadcast();
        Object first = own;
        if (first == null) {
            awaitUnlockedOrMessage();
            first = peekQueue();
        }
        peekedAtBroadcast = first == null
                || Envelope.message(first).timestamp()
                        > Envelope.message(broadcast).timestamp();
        return peekedAtBroadcast ? broadcast : requireNonNull(first);
    }

    private Object nextBroadcast() {
        BroadcastLog.Node<T> place = lastHeard;
        return place == null
                ? requireNonNull(rest).get(heard)
                : log.after(place).content();
    }

    @Override
    void remove() {
        if (!peekedAtBroadcast) {
            removeFromQueue();
            return;
        }
        BroadcastLog.Node<T> place = lastHeard;
        if (place == null || !LAST_HEARD.compareAndSet(this, place, log.after(place))) {
            requireNonNull(rest).drop(heard);
        }
        heard++;
        peekedAtBroadcast = false;
        countTaken(1);
    }

    @Override
    long promised() {
        long now = clock.get();
        awaitUnlockedOrMessage();
        End ended = end;
        return ended == null ? now : Math.min(now, ended.timestamp());
    }

    /** Returns once the lock was free, or there is a message anyway. */
    private void awaitUnlockedOrMessage() {
        for (int spins = 0; lock.isHeld() && peekQueue() == null; spins++) {
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    @Override
    boolean isWokenByClock() {
        return true;
    }

    @Override
    void fellAsleep(long last) {
        sleepers.add(place, last);
    }

    @Override
    void awoke() {
        sleepers.remove(place);
        sleepers.help();
    }

    @Override
    void settled() {
        turns.settled();
    }

    // ---- the end

    @Override
    long end() {
        End ended = end;
        return ended == null ? OPEN : ended.timestamp();
    }

    /**
     * Nothing more will come: all its senders and all broadcasters are closed, or the receiver has left.
     *
     * @param logGoesOn whether there may be more broadcasts, for others
     */
    void endNow(boolean logGoesOn) {
        BroadcastLog.Node<T> last = null;
        lock.lock();
        log.lock.lock();
        if (end == null) {
            end = new End(clock.get(), log.begun());
            last = log.tail();
        }
        log.lock.unlock();
        lock.unlock();
        if (last != null && logGoesOn) {
            leaveLog(last);
        }
        turns.passAll();
    }

    private void leaveLog(BroadcastLog.Node<T> last) {
        BroadcastLog.Node<T> place = requireNonNull(lastHeard); // the reader may go on, but not beyond the last
        rest = new Rest(place.count(), log.between(place, last));
        lastHeard = null;
    }

    /** It has left, so what comes after is not for it: that would count as accepted, and by nobody as dropped. */
    @Override
    long removeAll() {
        endNow(true);
        return super.removeAll();
    }

    @Override
    void left() {
        endNow(true); // even if its reader is slow to drop the rest
        turns.refuseAll();
    }

    // ---- seen from outside

    @Override
    int blockedSenders() {
        return turns.size();
    }

    @Override
    long accepted() {
        End ended = end;
        return sent + (ended == null ? log.begun() : ended.broadcasts()) - base;
    }
}
