package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The inbox of a receiver of a merging dispatcher: what its sources bring goes through a {@link ReorderBuffer}, and from there, once it is
 * due and there is room, into the queue.
 *
 * <p><b>Room.</b> A message gets in when the buffer is not full, or when it would leave it at once: it is the next that is due, and the
 * queue has room. So the receiver never holds more than both capacities, and the buffer never stops itself: of all that wait, the
 * message with the lowest timestamp waits for a source that is silent, or for the reader, or for nothing.
 *
 * <p><b>Who waits</b> stands in a heap by timestamp and is called when there is room for it: one at a time, who then tries again
 * like anybody and calls the next one. {@link #update} ends every section that may have changed something.
 *
 * <p><b>The reader</b> takes from the queue without the lock, and comes by ({@link #settled}) only when room in the queue is
 * {@code wanted}. That is set before the last look at what was taken, and the reader takes before it looks at it: so one of the two sees
 * the other.
 *
 * <p>Lock order: the registry's, a source's, the inboxes' by {@link #order}, the numbers'. All but the first are brief.
 */
abstract class MergingInbox<T> extends Inbox<T> {
    private static final AtomicLong ORDER = new AtomicLong();

    final long order = ORDER.getAndIncrement();

    /** Where the receiver starts. */
    final long start;

    final DefaultMergingDispatcher<T> dispatcher;
    private final int reorderCapacity;

    /** Set before anybody knows the inbox. */
    @Nullable
    DefaultReceiver<T> owner;

    /** The last connection that feeds it. */
    volatile @Nullable DefaultForwarder<T> feed;

    // Guarded by the lock.

    final ReorderBuffer<Object> buffer = new ReorderBuffer<>();
    private final Heap<Blocked> blocked = new Heap<>();

    /** One that was called and has not tried again yet. */
    private @Nullable Blocked called;

    private long appended;
    private long takenBefore;
    private long accepted;
    private boolean ending;

    /** Where it ends once the buffer is empty. */
    private long endsAt = OPEN;

    /** The reader must be told of something. */
    private boolean news;

    // Written under the lock.

    private volatile boolean wanted;
    private volatile long end = OPEN;

    MergingInbox(String receiver, DefaultMergingDispatcher<T> dispatcher, long start) {
        super(receiver, dispatcher.settings.inboxCapacity(), dispatcher.settings.inboxCapacity());
        this.dispatcher = dispatcher;
        this.start = start;
        this.reorderCapacity = dispatcher.settings.reorderCapacity();
    }

    // ---- what differs

    /** Those who forward to all are about to join, in several steps. */
    void joining() {}

    /** They have. */
    void joined() {}

    // ---- what differs; the lock is held

    /** Looks up how far messages may be released. */
    void refresh() {}

    /** Up to where messages may be released, when last looked up. */
    abstract long limit();

    /** A source is there, which has promised this. */
    abstract void open(Lane<Object> lane, long promise);

    /** How far a source has promised that comes now. */
    abstract long promiseOfNext();

    /** A source is gone, and no call of it waits. */
    abstract void close(Lane<Object> lane);

    /** A source has promised this. */
    abstract void promise(Lane<Object> lane, long timestamp);

    /** {@return false when somebody else has done so} Takes a timestamp for a forward. */
    abstract boolean use(long timestamp);

    /** Undoes that. */
    abstract void giveBack(long timestamp);

    /** A forward waits for room. */
    abstract void await(Lane<Object> lane, long timestamp);

    /** A forward has found room. */
    abstract void add(Lane<Object> lane, long timestamp, Object content);

    /** A forward waits no longer; its source may try again. */
    abstract void withdraw(Place<T> place, long timestamp);

    /** This has gone into the queue. */
    void released(long timestamp) {}

    /** Whether more may be released than when last looked up; if not, arranges to be visited when it may. */
    boolean hasMore() {
        return false;
    }

    /**
     * What is due has been released, as far as there is room.
     *
     * @return whether the reader must be told
     */
    abstract boolean publish();

    /** Where the receiver ends if nothing more comes than what is there. */
    abstract long lastTimestamp();

    // ---- sources; the lock is held

    final boolean hasRoomFor(Lane<Object> lane, long timestamp) {
        return buffer.size() < reorderCapacity || (buffer.wouldBeDue(lane, timestamp, limit()) && hasRoomInQueue());
    }

    final void accept(Lane<Object> lane, long timestamp, Object content) {
        add(lane, timestamp, content);
        accepted++;
    }

    /** Lets a forward wait, which had no room after the last {@link #release}. */
    final void block(Blocked forward, Lane<Object> lane, long timestamp) {
        forward.lane = lane;
        forward.waits = true;
        blocked.put(forward, timestamp, 0);
    }

    /** It tries again, or has given up. */
    final void unblock(Blocked forward) {
        blocked.remove(forward);
        if (called == forward) {
            called = null;
        }
    }

    /** Puts into the queue what is due, as long as there is room. */
    final void release() {
        for (Lane<Object> due = buffer.due(limit()); due != null && hasRoomInQueue(); due = buffer.due(limit())) {
            long timestamp = due.firstTimestamp();
            append(buffer.remove(due));
            appended++;
            released(timestamp);
            news = true;
        }
    }

    /** Brings everything that follows from a change; to be called before the lock is given back. */
    final void update(Wakes<T> wakes) {
        if (isClosed()) {
            return;
        }
        do {
            refresh();
            release();
            callNext(wakes);
        } while (isMissing() || hasMore());
        news |= publish();
        if (ending && buffer.size() == 0 && end == OPEN) {
            end = Math.min(endsAt, OPEN - 1);
            wakes.addEnded(this);
            news = true;
        }
        if (news && rouse()) {
            wakes.add(this);
        }
        news = false;
    }

    private void callNext(Wakes<T> wakes) {
        Blocked lowest = blocked.first();
        if (lowest != null && called == null && hasRoomFor(requireNonNull(lowest.lane), lowest.key)) {
            blocked.remove(lowest);
            called = lowest;
            call(lowest, wakes);
        }
    }

    private void call(Blocked forward, Wakes<T> wakes) {
        Thread thread = requireNonNull(forward.thread);
        forward.waits = false;
        wakes.add(thread);
    }

    /**
     * Lets the reader know whether room in the queue is wanted; true when there is some that is: the reader may have made it since the
     * last {@link #release}, when nobody had told it to come by.
     */
    private boolean isMissing() {
        boolean wants = wantsRoomInQueue();
        boolean has = hasRoomInQueue();
        if (wanted != (wants && !has)) {
            wanted = wants && !has;
        }
        return wants && hasRoomInQueue();
    }

    private boolean wantsRoomInQueue() {
        Blocked lowest = blocked.first();
        return buffer.due(limit()) != null
                || (lowest != null
                        && called == null
                        && buffer.wouldBeDue(requireNonNull(lowest.lane), lowest.key, limit()));
    }

    private boolean hasRoomInQueue() {
        if (appended - takenBefore >= capacity) {
            takenBefore = taken();
        }
        return appended - takenBefore < capacity;
    }

    /** No source is left: the receiver ends with what is there. */
    final void endAfterRest(Wakes<T> wakes) {
        if (!ending) {
            ending = true;
            refresh();
            endsAt = lastTimestamp();
            update(wakes);
        }
    }

    final long endsAt() {
        return endsAt;
    }

    // ---- the reader

    @Override
    final long end() {
        return end;
    }

    @Override
    final void settled() {
        if (wanted) {
            updateAlone();
        }
    }

    /** Called under no lock. */
    final void updateAlone() {
        Wakes<T> wakes = new Wakes<>();
        lock.lock();
        update(wakes);
        lock.unlock();
        wakes.run(dispatcher.helpers, null);
    }

    @Override
    void left() {
        Wakes<T> wakes = new Wakes<>();
        lock.lock();
        for (Blocked each = blocked.first(); each != null; each = blocked.first()) {
            blocked.remove(each);
            call(each, wakes);
        }
        lock.unlock();
        wakes.run(dispatcher.helpers, null);
        dispatcher.gone(this);
        DefaultForwarder<T> connection = feed;
        if (connection != null) {
            connection.targetLeft();
        }
    }

    @Override
    final long removeAll() {
        lock.lock();
        long unreleased = buffer.clear();
        lock.unlock();
        return super.removeAll() + unreleased;
    }

    /** The reader may learn where it ends, but who waits for it to get further must as well. */
    final void tellEnd() {
        requireNonNull(owner).ended();
    }

    // ---- seen from outside

    @Override
    final int blockedSenders() {
        lock.lock();
        int count = blocked.size() + (called == null ? 0 : 1);
        lock.unlock();
        return count;
    }

    @Override
    final int reordering() {
        lock.lock();
        int count = buffer.size();
        lock.unlock();
        return count;
    }

    @Override
    final long accepted() {
        lock.lock();
        long count = accepted;
        lock.unlock();
        return count;
    }
}
