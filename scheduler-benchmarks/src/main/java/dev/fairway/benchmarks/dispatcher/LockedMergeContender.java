package dev.fairway.benchmarks.dispatcher;

import dev.fairway.benchmarks.Await;
import dev.fairway.benchmarks.Tally;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A merge as one writes it by hand: a queue and a promise for each source, and one lock. The reader takes the smallest of the heads when
 * no source can undercut it. Each source has its own share of the room, so that one that is ahead cannot keep out the others.
 */
final class LockedMergeContender implements MergeContender {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final List<Lane> lanes = new ArrayList<>();
    private final int capacityEach;
    private final Thread reader;

    // Guarded by the lock.

    private boolean readerWaits;
    private boolean closed;

    private record Entry(Object payload, long timestamp) {}

    private final class Lane {
        final ArrayDeque<Entry> queue = new ArrayDeque<>();
        final Condition room = lock.newCondition();
        long promise;
    }

    LockedMergeContender(int sources, int capacity, Tally tally) {
        capacityEach = capacity / sources;
        for (int i = 0; i < sources; i++) {
            lanes.add(new Lane());
        }
        reader = new Thread(() -> read(new Seen(tally)), "reader");
        reader.start();
    }

    @Override
    public void forward(int source, Object payload, long timestamp) throws InterruptedException {
        Lane lane = lanes.get(source);
        lock.lock();
        try {
            while (lane.queue.size() >= capacityEach) {
                lane.room.await();
            }
            lane.queue.add(new Entry(payload, timestamp));
            promise(lane, timestamp);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void advance(int source, long timestamp) {
        lock.lock();
        try {
            promise(lanes.get(source), timestamp);
        } finally {
            lock.unlock();
        }
    }

    private void promise(Lane lane, long timestamp) {
        lane.promise = timestamp;
        if (readerWaits) {
            readerWaits = false;
            changed.signal();
        }
    }

    private void read(Seen seen) {
        for (Entry entry = take(); entry != null; entry = take()) {
            seen.message(entry.payload, entry.timestamp);
        }
    }

    /** The next message; null at the end. */
    private @Nullable Entry take() {
        lock.lock();
        try {
            Lane lane = releasable();
            while (lane == null && !closed) {
                readerWaits = true;
                changed.awaitUninterruptibly();
                lane = releasable();
            }
            if (lane == null) {
                return null;
            }
            lane.room.signal();
            return lane.queue.poll();
        } finally {
            lock.unlock();
        }
    }

    /** The source whose next message nobody can undercut any more. */
    private @Nullable Lane releasable() {
        Lane first = null;
        long least = Long.MAX_VALUE;
        long frontier = Long.MAX_VALUE;
        for (Lane lane : lanes) {
            Entry head = lane.queue.peek();
            if (head != null && head.timestamp < least) {
                first = lane;
                least = head.timestamp;
            }
            frontier = Math.min(frontier, lane.promise);
        }
        return least <= frontier ? first : null;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        Await.end(reader);
    }
}
