package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A broadcaster. One of its broadcasts at a time has the ticket to look for room, and to wait for it; so no inbox gets more than one
 * message too many by it. When every inbox that it found full has ticked it off, it appends to the log. Inboxes that are registered
 * meanwhile had room then.
 */
final class DefaultBroadcaster<T> extends AbstractSource<T> implements Broadcaster<T> {
    /** After so long a wait for the ticket its place in the line is given up for another look; long, since that may be unjust. */
    private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final DefaultSequencingDispatcher<T> sequencing;
    private final ReentrantLock ticket = new ReentrantLock(true);

    /** What who has the ticket waits for; null while it does not wait. */
    private volatile @Nullable RoomWait wait;

    /** Guarded by the log's lock. */
    private volatile long sent;

    DefaultBroadcaster(DefaultSequencingDispatcher<T> dispatcher, String name) {
        super(dispatcher, "broadcaster", name, List.of());
        this.sequencing = dispatcher;
    }

    @Override
    public long broadcast(T payload) throws InterruptedException {
        requireNonNull(payload, "payload");
        awaitTicket();
        try {
            return broadcast(payload, true, 0);
        } finally {
            ticket.unlock();
        }
    }

    @Override
    public OptionalLong broadcast(T payload, Duration timeout) throws InterruptedException {
        requireNonNull(payload, "payload");
        long nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(requireNonNull(timeout, "timeout")));
        long deadline = System.nanoTime() + nanos;
        if (!ticket.tryLock(nanos, TimeUnit.NANOSECONDS)) {
            return OptionalLong.empty();
        }
        try {
            return DefaultSender.optional(broadcast(payload, false, deadline));
        } finally {
            ticket.unlock();
        }
    }

    @Override
    public OptionalLong tryBroadcast(T payload) {
        requireNonNull(payload, "payload");
        while (!ticket.tryLock()) {
            if (wait != null) {
                return OptionalLong.empty();
            }
            Thread.yield(); // the one that has it will have given it back at once
        }
        try {
            checkOpen();
            for (DefaultReceiver<T> receiver : dispatcher.audience()) {
                if (!hasRoom((SequencedInbox<T>) receiver.inbox)) {
                    return OptionalLong.empty();
                }
            }
            return OptionalLong.of(append(payload));
        } finally {
            ticket.unlock();
        }
    }

    /** Who has the ticket may be waiting for room that the caller, a handler, would make by returning. */
    private void awaitTicket() throws InterruptedException {
        SequencedInbox<?> own = inboxOfCaller();
        if (own == null) {
            ticket.lockInterruptibly();
            return;
        }
        if (ticket.tryLock()) {
            return;
        }
        do {
            if (!hasRoom(own)) {
                throw PushReader.waitsForItself(this, own);
            }
        } while (!ticket.tryLock(LOOK_AGAIN_NANOS, TimeUnit.NANOSECONDS));
    }

    private @Nullable SequencedInbox<?> inboxOfCaller() {
        return PushReader.inboxOfCaller() instanceof SequencedInbox<?> inbox && inbox.isOf(sequencing) ? inbox : null;
    }

    private static boolean hasRoom(SequencedInbox<?> inbox) {
        if (inbox.canTakeBroadcast()) {
            return true;
        }
        inbox.lock.lock();
        boolean exact = inbox.canTakeBroadcast();
        inbox.lock.unlock();
        return exact;
    }

    private long broadcast(T payload, boolean forEver, long deadline) throws InterruptedException {
        checkOpen();
        RoomWait needed = null;
        for (DefaultReceiver<T> receiver : dispatcher.audience()) {
            SequencedInbox<T> inbox = (SequencedInbox<T>) receiver.inbox;
            if (!inbox.canTakeBroadcast()) {
                needed = needed == null ? new RoomWait() : needed;
                needed.add(inbox);
            }
        }
        if (needed != null) {
            needed.start();
            wait = needed;
            try {
                if (!await(needed, forEver, deadline)) {
                    return SequencedInbox.FULL;
                }
            } finally {
                wait = null;
                needed.forget();
            }
        }
        return append(payload);
    }

    private boolean await(RoomWait needed, boolean forEver, long deadline) throws InterruptedException {
        SequencedInbox<?> own = inboxOfCaller();
        if (own != null && needed.isFor(own) && !hasRoom(own) && (forEver || deadline - System.nanoTime() > 0)) {
            throw PushReader.waitsForItself(this, own);
        }
        while (!needed.isOver()) {
            checkOpen();
            if (forEver) {
                LockSupport.park(this);
            } else {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    return false;
                }
                LockSupport.parkNanos(this, left);
            }
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }

    private void checkOpen() {
        if (!isOpen()) {
            throw closedRefusal();
        }
    }

    private long append(T payload) {
        BroadcastLog<T> log = sequencing.log;
        BroadcastLog.Node<T> node = new BroadcastLog.Node<>(payload, dispatcher.captureContext());
        long timestamp;
        log.lock.lock();
        try {
            checkOpen();
            timestamp = log.append(node);
            long before = sent;
            sent = before + 1;
        } finally {
            log.lock.unlock();
        }
        sequencing.sleepers.signalMessage();
        return timestamp;
    }

    @Override
    void closed() {
        sequencing.log.lock.lock(); // a broadcast that came before is in the log, and later ones see the mark
        sequencing.log.lock.unlock();
        RoomWait waiting = wait;
        if (waiting != null) {
            waiting.giveUp();
        }
    }

    @Override
    public SenderStats stats() {
        return new SenderStats(name, sent, dispatcher.clock());
    }
}
