package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import dev.fairway.ContextPropagator.Snapshot;
import dev.fairway.internal.BriefLock;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The broadcasts of a sequencing dispatcher: one linked list, in which each inbox has a place of its own and goes on by itself. So a
 * broadcast is appended once, however many receivers there are. A place keeps everything alive that comes after it; therefore an inbox
 * that has ended must give up its place, and {@linkplain #between copies} what it has still to hear.
 *
 * <p>An append first raises {@link #begun()}, then takes the timestamp, then links the node; nothing in between can fail. A reader that has
 * seen a timestamp of after the broadcast's therefore also sees that it has begun, and waits the few instructions until it is linked.
 */
final class BroadcastLog<T> {
    private static final int SPINS = 64;

    /** Guards the end of the list. Taken after an inbox's lock. */
    final BriefLock lock = new BriefLock();

    private final AtomicLong clock;

    /** Guarded by the lock. */
    private Node<T> tail = new Node<>(null, null);

    /** Written under the lock. */
    private volatile long begun;

    BroadcastLog(AtomicLong clock) {
        this.clock = clock;
    }

    /** One broadcast. What an inbox has taken last keeps those alive that it has not taken yet. */
    static final class Node<T> {
        private final @Nullable T payload;
        private final @Nullable Snapshot context;
        private long timestamp;

        /** How many broadcasts there were up to this one. */
        private long count;

        private @Nullable Object content;
        private volatile @Nullable Node<T> next;

        Node(@Nullable T payload, @Nullable Snapshot context) {
            this.payload = payload;
            this.context = context;
        }

        long count() {
            return count;
        }

        /** What an inbox holds. Made by the first who takes it; by several, if they come together. */
        Object content() {
            Object made = content;
            if (made == null) {
                T sent = requireNonNull(payload);
                made = Envelope.of(new Message<>(sent, timestamp), context);
                content = made;
            }
            return made;
        }
    }

    /** How many broadcasts have begun to take a timestamp. */
    long begun() {
        return begun;
    }

    /** The last broadcast. The lock is held. */
    Node<T> tail() {
        return tail;
    }

    /** Gives a broadcast its timestamp. The lock is held. */
    long append(Node<T> node) {
        long before = begun;
        begun = before + 1;
        long timestamp = clock.incrementAndGet();
        node.timestamp = timestamp;
        node.count = before + 1;
        tail.next = node;
        tail = node;
        return timestamp;
    }

    /** The broadcast after another; it has begun. */
    Node<T> after(Node<T> node) {
        for (int spins = 0; ; spins++) {
            Node<T> next = node.next;
            if (next != null) {
                return next;
            }
            if (spins < SPINS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        }
    }

    /** What comes after one node, up to another. */
    Object[] between(Node<T> from, Node<T> to) {
        Object[] contents = new Object[Math.toIntExact(to.count - from.count)];
        Node<T> node = from;
        for (int i = 0; i < contents.length; i++) {
            node = after(node);
            contents[i] = node.content();
        }
        return contents;
    }
}
