package dev.fairway.scheduler;

import dev.fairway.internal.BriefLock;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The bound on all that waits in a scheduler. A channel in which nothing waits always gets one task in, so the bound may be
 * exceeded by as many tasks as there are such channels. Channels whose producers wait for room get it in turns.
 *
 * <p>Its lock is taken last, after a channel's.
 */
final class Room<C extends DefaultChannel<?, ?>> {
    final BriefLock lock = new BriefLock();
    private final int capacity;
    private final ArrayDeque<C> queue = new ArrayDeque<>();
    private long used;

    Room(int capacity) {
        this.capacity = capacity;
    }

    int capacity() {
        return capacity;
    }

    /** Takes room for one task; always there for a channel in which nothing waits. */
    boolean reserve(boolean nothingWaits) {
        lock.lock();
        boolean may = nothingWaits || used < capacity;
        if (may) {
            used++;
        }
        lock.unlock();
        return may;
    }

    /** Gives room back; returns the channel whose turn it is to let a waiting producer in. */
    @Nullable
    C release(int count) {
        lock.lock();
        used -= count;
        C next = nextInTurn();
        lock.unlock();
        return next;
    }

    /** Lets a channel wait for its turn. */
    void join(C channel) {
        lock.lock();
        addLast(channel);
        lock.unlock();
    }

    /** Gives a channel its turn back that it could not use. */
    void rejoin(C channel) {
        lock.lock();
        if (!channel.inRoomQueue) {
            channel.inRoomQueue = true;
            queue.addFirst(channel);
        }
        lock.unlock();
    }

    /** Lets a channel wait for its turn; returns the one whose turn has come meanwhile. */
    @Nullable
    C enqueue(C channel) {
        lock.lock();
        addLast(channel);
        C next = nextInTurn();
        lock.unlock();
        return next;
    }

    private void addLast(C channel) {
        if (!channel.inRoomQueue) {
            channel.inRoomQueue = true;
            queue.add(channel);
        }
    }

    /** The channel whose turn it is to let a waiting producer in, when there is room. */
    @Nullable
    C next() {
        lock.lock();
        C next = nextInTurn();
        lock.unlock();
        return next;
    }

    private @Nullable C nextInTurn() {
        if (used >= capacity) {
            return null;
        }
        C next = queue.poll();
        if (next != null) {
            next.inRoomQueue = false;
        }
        return next;
    }
}
