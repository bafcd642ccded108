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
 * Channels with a clock as one writes them in an afternoon: one lock, one counter, a queue and two conditions for each receiver. Each
 * message wakes all receivers, so that they see the clock move, each in a thread of its own.
 */
final class NotifyAllContender implements Contender {
    private final ReentrantLock lock = new ReentrantLock();
    private final List<Channel> channels = new ArrayList<>();
    private final List<Thread> readers = new ArrayList<>();
    private final int capacity;

    // Guarded by the lock.

    private long clock;
    private boolean closed;

    private record Entry(Object payload, long timestamp) {}

    private final class Channel {
        final ArrayDeque<Entry> queue = new ArrayDeque<>();
        final Condition changed = lock.newCondition();
        final Condition room = lock.newCondition();
        long seen;
    }

    NotifyAllContender(Shape shape, Tally tally) {
        capacity = shape.capacity();
        for (int i = 0; i < shape.receivers(); i++) {
            Channel channel = new Channel();
            channels.add(channel);
            Thread reader = new Thread(() -> read(channel, new Seen(tally)), "reader-" + i);
            readers.add(reader);
            reader.start();
        }
    }

    @Override
    public void send(int sender, int receiver, Object payload) throws InterruptedException {
        Channel channel = channels.get(receiver);
        lock.lock();
        try {
            while (channel.queue.size() >= capacity) {
                channel.room.await();
            }
            channel.queue.add(new Entry(payload, ++clock));
            for (Channel each : channels) {
                each.changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    private void read(Channel channel, Seen seen) {
        long timestamp;
        do {
            Entry entry;
            lock.lock();
            try {
                entry = next(channel);
                timestamp = channel.seen;
            } finally {
                lock.unlock();
            }
            if (entry != null) {
                seen.message(entry.payload, entry.timestamp);
            } else if (timestamp >= 0) {
                seen.clock(timestamp);
            }
        } while (timestamp >= 0);
    }

    /** The next message, or null for a tick; a negative timestamp is the end. */
    private @Nullable Entry next(Channel channel) {
        while (channel.queue.isEmpty() && channel.seen == clock && !closed) {
            channel.changed.awaitUninterruptibly();
        }
        Entry entry = channel.queue.poll();
        if (entry != null) {
            channel.room.signal();
        }
        boolean ended = entry == null && closed;
        channel.seen = ended ? -1 : entry == null ? clock : entry.timestamp;
        return entry;
    }

    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            channels.forEach(each -> each.changed.signalAll());
        } finally {
            lock.unlock();
        }
        readers.forEach(Await::end);
    }
}
