package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import dev.fairway.ContextPropagator.Scope;
import dev.fairway.ContextPropagator.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A receiver: who may read, how to wait for the next delivery by hand, and the receiver's life. What comes next is for {@link Reading} to
 * say, where it comes from for the {@link Inbox}.
 *
 * <p><b>Life.</b> OPEN, which it may leave by being STOPPED (nobody reads any more), ENDED (by its inbox) or CLOSED; closing is always
 * possible. Who closes it and who reads it agree on who drops the rest: the closer marks the inbox and then tries to get the reading
 * role; the reader gives the role back and then looks at the mark. One of them gets both.
 */
final class DefaultReceiver<T> implements Receiver<T> {
    final Inbox<T> inbox;
    final Reading<T> reading;

    private final AbstractDispatcher<T> dispatcher;
    private final Awaiters awaiters = new Awaiters();
    private final AtomicBoolean closing = new AtomicBoolean();
    private final ByHand byHand = new ByHand();
    private final LongAdder failures = new LongAdder();

    /** Who calls the application; null while the receiver is read by hand, or not at all. */
    private volatile @Nullable PushReader<T> push;

    /** Guarded by the inbox's lock. */
    private volatile Way way = Way.NONE;

    private volatile @Nullable String stopReason;

    /** Owned by who reads. */
    private boolean dropped;

    private enum Way {
        NONE,
        HAND,
        HANDLER,
        PUBLISHER,
        CONNECTION
    }

    DefaultReceiver(AbstractDispatcher<T> dispatcher, Inbox<T> inbox, long start) {
        this.dispatcher = dispatcher;
        this.inbox = inbox;
        this.reading = new Reading<>(inbox, awaiters, start);
        inbox.reader(byHand);
    }

    @Override
    public String name() {
        return inbox.receiver;
    }

    // ---- by hand

    @Override
    public Delivery<T> receive() throws InterruptedException {
        Delivery<T> delivery = take(true, 0);
        return requireNonNull(delivery);
    }

    @Override
    public Optional<Delivery<T>> receive(Duration timeout) throws InterruptedException {
        return Optional.ofNullable(take(false, TimeUnit.NANOSECONDS.convert(requireNonNull(timeout, "timeout"))));
    }

    @Override
    public Optional<Delivery<T>> poll() {
        enter();
        try {
            Delivery<T> delivery = next(false);
            if (delivery == null) {
                checkNotOver();
            }
            return Optional.ofNullable(delivery);
        } finally {
            exit();
        }
    }

    @Override
    public List<Delivery<T>> receiveBatch(int max) throws InterruptedException {
        if (max < 1) {
            throw new IllegalArgumentException("max must be at least 1, not " + max);
        }
        checkNotInterrupted();
        enter();
        try {
            List<Delivery<T>> batch = new ArrayList<>(Math.min(max, 16));
            batch.add(requireNonNull(await(true, 0)));
            while (batch.size() < max && reading.hasMessage()) {
                batch.add(requireNonNull(reading.next(false)));
            }
            return batch;
        } finally {
            exit();
        }
    }

    @Override
    public Iterator<Delivery<T>> iterator() {
        becomeReadByHand();
        return new Deliveries();
    }

    @Override
    public void forEach(Consumer<? super Delivery<T>> action) {
        requireNonNull(action, "action");
        while (true) {
            Delivery<T> delivery;
            Snapshot context;
            enter();
            try {
                delivery = awaitOrCancel();
                context = reading.context();
            } catch (ChannelClosedException end) {
                return;
            } finally {
                exit();
            }
            withContext(context, () -> action.accept(delivery));
        }
    }

    private static void withContext(@Nullable Snapshot context, Runnable code) {
        if (context == null) {
            code.run();
            return;
        }
        Scope scope = context.restore();
        try {
            code.run();
        } finally {
            scope.close();
        }
    }

    private @Nullable Delivery<T> take(boolean forEver, long nanos) throws InterruptedException {
        checkNotInterrupted();
        enter();
        try {
            return await(forEver, nanos);
        } finally {
            exit();
        }
    }

    private static void checkNotInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    /** Begins a call by hand: it says that what was handed out before is processed. */
    private void enter() {
        if (way != Way.HAND) {
            becomeReadByHand();
        }
        if (!reading.tryRead()) {
            if (inbox.isClosed()) {
                throw closedWhileRead();
            }
            throw new IllegalStateException("receiver '" + name() + "' is being read by another thread");
        }
        reading.processed();
    }

    private void exit() {
        reading.stopReading();
        dropRestIfClosed();
    }

    private void becomeReadByHand() {
        becomeReadBy(Way.HAND);
    }

    private void becomeReadBy(Way next) {
        inbox.lock.lock();
        Way before = way;
        if (before == Way.NONE) {
            way = next;
        }
        inbox.lock.unlock();
        if (before != Way.NONE && (before != next || next != Way.HAND)) {
            throw new IllegalStateException("receiver '" + name() + "' is read "
                    + switch (before) {
                        case HANDLER -> "by a handler already";
                        case PUBLISHER -> "by way of its publisher already";
                        case CONNECTION -> "by a connection already";
                        default -> "by hand already";
                    });
        }
    }

    private void checkNotOver() {
        if (inbox.isClosed()) {
            throw closedWhileRead();
        }
        if (reading.isOver()) {
            throw new ChannelClosedException(
                    "receiver '" + name() + "' has ended after timestamp " + reading.lastDelivered());
        }
    }

    private ChannelClosedException closedWhileRead() {
        return new ChannelClosedException("receiver '" + name() + "' is closed");
    }

    private Delivery<T> awaitOrCancel() {
        try {
            checkNotInterrupted();
            return requireNonNull(await(true, 0));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while waiting for receiver '" + name() + "'");
        }
    }

    private @Nullable Delivery<T> next(boolean waits) {
        return inbox.isClosed() ? null : reading.next(waits);
    }

    /** The next delivery; null when there was none in time. */
    private @Nullable Delivery<T> await(boolean forEver, long nanos) throws InterruptedException {
        Delivery<T> delivery = next(true);
        if (delivery != null) {
            return delivery;
        }
        checkNotOver();
        long deadline = forEver || nanos <= 0 ? 0 : System.nanoTime() + nanos;
        reading.settle();
        if ((forEver || nanos > 0) && reading.awaitMessage()) {
            delivery = next(true);
        }
        while (delivery == null) {
            boolean inTime = (forEver || nanos > 0) && sleep(forEver, deadline);
            delivery = next(inTime);
            if (delivery == null) {
                checkNotOver();
                if (!inTime) {
                    return null;
                }
            }
        }
        return delivery;
    }

    /** Sleeps until there may be news; false when the time is over. */
    private boolean sleep(boolean forEver, long deadline) throws InterruptedException {
        byHand.thread = Thread.currentThread();
        if (!reading.fallAsleep(true)) {
            return true;
        }
        try {
            while (inbox.isAsleep()) {
                if (forEver) {
                    LockSupport.park(this);
                } else {
                    long left = deadline - System.nanoTime();
                    if (left <= 0) {
                        return false;
                    }
                    LockSupport.parkNanos(this, left);
                }
                checkNotInterrupted();
            }
            return true;
        } finally {
            reading.awaken();
        }
    }

    /** Wakes the thread that reads by hand. */
    private static final class ByHand implements Reader {
        volatile @Nullable Thread thread;

        @Override
        public void wake() {
            LockSupport.unpark(thread);
        }

        @Override
        public boolean callsOthers() {
            return false;
        }
    }

    private final class Deliveries implements Iterator<Delivery<T>> {
        private @Nullable Delivery<T> next;
        private boolean ended;

        @Override
        public boolean hasNext() {
            if (next != null) {
                return true;
            }
            if (ended) {
                return false;
            }
            enter();
            try {
                next = awaitOrCancel();
                return true;
            } catch (ChannelClosedException end) {
                ended = true;
                return false;
            } finally {
                exit();
            }
        }

        @Override
        public Delivery<T> next() {
            if (!hasNext()) {
                throw new NoSuchElementException("receiver '" + name() + "' has ended");
            }
            Delivery<T> delivery = requireNonNull(next);
            next = null;
            return delivery;
        }
    }

    // ---- by others' threads

    @Override
    public void onDelivery(DeliveryHandler<? super T> handler, Executor executor) {
        requireNonNull(handler, "handler");
        requireNonNull(executor, "executor");
        attach(Way.HANDLER, new HandlerReader<>(this, dispatcher, executor, handler, null))
                .wake();
    }

    @Override
    public void onDelivery(
            DeliveryHandler<? super T> handler, Executor executor, DeliveryErrorCallback<? super T> onError) {
        requireNonNull(handler, "handler");
        requireNonNull(executor, "executor");
        requireNonNull(onError, "onError");
        attach(Way.HANDLER, new HandlerReader<>(this, dispatcher, executor, handler, onError))
                .wake();
    }

    @Override
    public Flow.Publisher<Delivery<T>> publisher() {
        return publisher(new CompletableFuture<Void>().defaultExecutor());
    }

    @Override
    public Flow.Publisher<Delivery<T>> publisher(Executor executor) {
        requireNonNull(executor, "executor");
        return attach(Way.PUBLISHER, new SubscriberReader<>(this, dispatcher, executor));
    }

    /** Lets a connection read. */
    void connect(PushReader<T> connection) {
        attach(Way.CONNECTION, connection).wake();
    }

    private <R extends PushReader<T>> R attach(Way next, R reader) {
        becomeReadBy(next);
        inbox.reader(reader);
        push = reader;
        return reader;
    }

    /** Whoever pushes; null while nobody does. */
    @Nullable
    PushReader<T> push() {
        return push;
    }

    /** Whether application code is called with what comes. */
    boolean isPushed() {
        PushReader<T> reader = push;
        return reader != null && reader.isAttached();
    }

    /** Nothing is delivered any more, and what is in the inbox stays there. */
    void stop(String reason, @Nullable Throwable cause) {
        if (stopReason == null) {
            stopReason = reason;
            awaiters.signalAll();
            PushReader<T> reader = push;
            if (reader != null) {
                reader.done.complete(null);
            }
            if (cause != null) {
                dispatcher.failures.log(() -> this + " is stopped: " + reason, cause);
            }
        }
    }

    /** Whether nothing is to be delivered any more, although something may be there. */
    boolean isDone() {
        return inbox.isClosed() || stopReason != null;
    }

    /** Why nothing is delivered any more; null while it is not stopped. */
    @Nullable
    String stopReason() {
        return stopReason;
    }

    /** Messages that it has accepted and not delivered. */
    long unread() {
        return Math.max(0, inbox.accepted() - inbox.taken());
    }

    void countFailure() {
        failures.increment();
    }

    // ---- what is processed

    @Override
    public boolean awaitTimestamp(long timestamp, Duration timeout) throws InterruptedException {
        return awaiters.await(
                timestamp, TimeUnit.NANOSECONDS.convert(requireNonNull(timeout, "timeout")), this::isProcessed);
    }

    /** Whether everything up to a timestamp is processed; throws when it never will be. */
    private boolean isProcessed(long timestamp) {
        if (reading.lastProcessed() >= timestamp) {
            return true;
        }
        PushReader<T> reader = push;
        if (reader != null && reader.isInside()) {
            throw new IllegalStateException("receiver '" + name() + "' cannot wait for timestamp " + timestamp
                    + " in its own " + (way == Way.HANDLER ? "handler" : "subscriber"));
        }
        RuntimeException never = neverReaches(timestamp);
        if (never != null && reading.lastProcessed() < timestamp) {
            throw never;
        }
        return never != null;
    }

    private @Nullable RuntimeException neverReaches(long timestamp) {
        String short_ = "receiver '" + name() + "' %s, and will not process timestamp " + timestamp;
        if (inbox.isClosed()) {
            return new ReceiverClosedException(name(), short_.formatted("was closed"));
        }
        String reason = stopReason;
        if (reason != null) {
            return new IllegalStateException(short_.formatted("is stopped (" + reason + ")"));
        }
        long end = inbox.end();
        if (end < timestamp) {
            return new ReceiverClosedException(name(), short_.formatted("has ended after " + end));
        }
        return null;
    }

    /** To be called after the inbox has ended. */
    void ended() {
        awaiters.signalAll();
    }

    // ---- the end

    @Override
    public void close() {
        if (closing.compareAndSet(false, true)) {
            dispatcher.leave(this);
            boolean roused = inbox.shut();
            inbox.left();
            awaiters.signalAll();
            dropRestIfClosed();
            if (roused || push != null) { // afterwards: who reads could not while the rest was dropped
                inbox.reader().wake();
            }
        }
    }

    /** Drops what is left, if the receiver is closed and nobody reads; else who reads does it. */
    void dropRestIfClosed() {
        if (!inbox.isClosed() || !reading.tryRead()) {
            return;
        }
        boolean first = !dropped;
        dropped = true;
        long count = first ? inbox.removeAll() : 0;
        reading.stopReading();
        if (first) {
            dispatcher.left(this, count);
        }
    }

    // ---- seen from outside

    @Override
    public ReceiverStats stats() {
        long clock = dispatcher.clock();
        long delivered = reading.lastDelivered();
        long accepted = inbox.accepted();
        return new ReceiverStats(
                name(),
                state(),
                stopReason,
                delivered,
                reading.lastProcessed(),
                Math.max(0, clock - delivered),
                (int) Math.max(0, accepted - inbox.taken() - inbox.reordering()),
                inbox.capacity,
                inbox.reordering(),
                inbox.blockedSenders(),
                accepted,
                reading.ticks(),
                failures.sum());
    }

    private ReceiverState state() {
        if (inbox.isClosed()) {
            return ReceiverState.CLOSED;
        }
        if (stopReason != null) {
            return ReceiverState.STOPPED;
        }
        return inbox.end() == Inbox.OPEN ? ReceiverState.OPEN : ReceiverState.ENDED;
    }

    @Override
    public String toString() {
        return "receiver '" + name() + "' of dispatcher '" + dispatcher.name() + "'";
    }
}
