package dev.fairway.dispatcher;

import static java.util.Objects.requireNonNull;

import dev.fairway.ContextPropagator;
import dev.fairway.internal.BriefLock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A source of a merging dispatcher, for one receiver, several or all.
 *
 * <p><b>A forward</b> is tried with the locks of all its receivers held. When all have room it goes to all; else it promises everything
 * below it, waits at the first receiver that has none until it is called, and is tried again. So a message to several is one step,
 * and nothing is reserved anywhere while it waits: what keeps others from overtaking it is its promise, or its number.
 *
 * <p><b>States</b>, under the lock: idle; waiting at a timestamp, from a try in vain to the next one; in CONSECUTIVE, with a number
 * withdrawn, from a wait given up until the source has gone on, by that number or another. Closing ends each of them.
 */
final class DefaultForwarder<T> extends AbstractSource<T> implements Forwarder<T> {
    private static final long NONE = Long.MIN_VALUE;

    /** Null in FRONTIER. */
    private final @Nullable SharedNumbers<T> numbers;

    /** The only inbox it forwards to, or null. */
    private final @Nullable MergingInbox<T> own;

    private final Numbers.Source inNumbers = new Numbers.Source();
    private final Blocked blocked = new Blocked();
    final BriefLock lock = new BriefLock();

    /** Called when nobody is left to forward to. */
    private volatile Runnable orphaned = () -> {};

    // Guarded by the lock.

    /** In the order of their inboxes' locks. */
    private final List<Place<T>> places = new ArrayList<>(1);

    private long promise;
    private long sent;
    private long waiting = NONE;
    private @Nullable MergingInbox<T> waitsAt;
    private long withdrawn = NONE;

    DefaultForwarder(
            DefaultMergingDispatcher<T> dispatcher,
            String kind,
            String name,
            List<DefaultReceiver<T>> targets,
            @Nullable SharedNumbers<T> numbers) {
        super(dispatcher, kind, name, targets);
        this.numbers = numbers;
        this.own = targets.size() == 1 ? dispatcher.inboxOf(targets.get(0)) : null;
    }

    // ---- its receivers; the registry's lock is held

    /** Opens it for these, with the promise that the furthest of them has reached, and no less than another. */
    void open(List<MergingInbox<T>> inboxes, long least) {
        lock.lock();
        inboxes.stream()
                .sorted(Comparator.comparingLong(inbox -> inbox.order))
                .forEach(inbox -> places.add(new Place<>(inbox, NONE)));
        lockPlaces();
        promise = numbers == null ? least : numbers.open(inNumbers);
        for (Place<T> place : places) {
            promise = Math.max(promise, place.inbox.promiseOfNext());
        }
        for (Place<T> place : places) {
            place.inbox.open(place.lane, promise);
        }
        unlockPlaces();
        lock.unlock();
    }

    /** One more receiver, of one that forwards to all; nobody knows its inbox yet. What is under way and comes later goes there, too. */
    void join(MergingInbox<T> inbox) {
        lock.lock();
        forgetLeavers();
        Place<T> place = new Place<>(inbox, inbox.start);
        inbox.lock.lock();
        inbox.open(place.lane, promise);
        if (waiting > inbox.start) {
            inbox.use(waiting);
            inbox.await(place.lane, waiting);
        }
        if (withdrawn > inbox.start) {
            inbox.withdraw(place, withdrawn);
        }
        inbox.lock.unlock();
        places.add(place); // the newest comes last in the order of locks
        lock.unlock();
    }

    /** Calls this when nobody is left to forward to: at once, if it is so. */
    void whenOrphaned(Runnable action) {
        orphaned = action;
        targetLeft();
    }

    /** A receiver has left; called under no lock. */
    void targetLeft() {
        lock.lock();
        boolean nobody = places.stream().allMatch(place -> place.inbox.isClosed());
        lock.unlock();
        if (nobody) {
            orphaned.run();
        }
    }

    @Override
    void closed() {
        Wakes<T> wakes = new Wakes<>();
        lock.lock();
        lockPlaces();
        Thread waiter = waiting == NONE ? null : blocked.thread;
        if (waiting != NONE) {
            giveUp();
        }
        goOn();
        for (Place<T> place : places) {
            place.inbox.close(place.lane);
        }
        if (numbers != null) {
            numbers.close(inNumbers, wakes);
        }
        updateAndUnlockPlaces(wakes);
        lock.unlock();
        LockSupport.unpark(waiter);
        if (dispatcher.isClosed()) {
            dispatcher.helpers.execute(orphaned);
        }
        wakes.run(dispatcher.helpers, null);
    }

    // ---- forwarding

    @Override
    public void forward(T payload, long timestamp) throws InterruptedException {
        forward(payload, timestamp, true, 0);
    }

    @Override
    public boolean forward(T payload, long timestamp, Duration timeout) throws InterruptedException {
        return forward(payload, timestamp, false, TimeUnit.NANOSECONDS.convert(requireNonNull(timeout, "timeout")));
    }

    private boolean forward(T payload, long timestamp, boolean forEver, long nanos) throws InterruptedException {
        requireNonNull(payload, "payload");
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        ContextPropagator propagator = dispatcher.settings.contextPropagator();
        Object content =
                Envelope.of(new Message<>(payload, timestamp), propagator == null ? null : propagator.capture());
        boolean mayWait = forEver || nanos > 0;
        if (tryForward(content, timestamp, true, mayWait)) {
            return true;
        }
        return mayWait && awaitAndForward(content, timestamp, forEver, forEver ? 0 : System.nanoTime() + nanos);
    }

    private boolean awaitAndForward(Object content, long timestamp, boolean forEver, long deadline)
            throws InterruptedException {
        while (true) {
            boolean inTime;
            try {
                inTime = blocked.await(forEver, deadline);
            } catch (InterruptedException e) {
                withdraw();
                throw e;
            }
            if (tryForward(content, timestamp, false, inTime)) {
                return true;
            }
            if (!inTime) {
                return false;
            }
        }
    }

    /**
     * Forwards if there is room.
     *
     * @param first whether it is not a further try of the same call
     * @param mayWait whether the caller waits if there is none; else the forward is withdrawn
     */
    private boolean tryForward(Object content, long timestamp, boolean first, boolean mayWait) {
        Wakes<T> wakes = new Wakes<>();
        lock.lock();
        try {
            checkOpen();
            lockPlaces();
            try {
                if (first) {
                    begin(timestamp, wakes);
                } else {
                    stopWaiting();
                }
                checkAnybodyThere(timestamp);
                return place(content, timestamp, mayWait);
            } finally {
                updateAndUnlockPlaces(wakes);
            }
        } finally {
            lock.unlock();
            wakes.run(dispatcher.helpers, own);
        }
    }

    private void checkOpen() {
        if (!isOpen()) {
            throw closedRefusal();
        }
    }

    /** Takes the timestamp; throws when that may not be. */
    private void begin(long timestamp, Wakes<T> wakes) {
        if (waiting != NONE) {
            throw new IllegalStateException(this + " already waits in a forward at " + waiting
                    + " in another thread, and cannot forward at " + timestamp);
        }
        if (timestamp <= promise) {
            throw new IllegalArgumentException(
                    this + " has promised " + promise + ", and cannot forward at " + timestamp);
        }
        if (numbers == null) {
            take(timestamp);
        } else if (timestamp == withdrawn) {
            takeAgain(timestamp);
        } else if (numbers.see(inNumbers, timestamp, wakes)) {
            goOn();
        } else {
            throw used(timestamp, "");
        }
        promise = timestamp - 1;
    }

    private void take(long timestamp) {
        for (int i = 0; i < places.size(); i++) {
            Place<T> place = places.get(i);
            if (!place.inbox.isClosed() && !place.inbox.use(timestamp)) { // one that has left would keep all of them
                places.subList(0, i).forEach(taken -> taken.inbox.giveBack(timestamp));
                throw used(timestamp, " for receiver '" + place.inbox.receiver + "'");
            }
        }
    }

    private IllegalArgumentException used(long timestamp, String where) {
        return new IllegalArgumentException("timestamp " + timestamp + " is in use" + where + ": " + this
                + ", which has promised " + promise + ", cannot forward at it");
    }

    private void takeAgain(long number) {
        Place<T> overtaken = firstOvertaken(number);
        goOn();
        if (overtaken != null) {
            throw new IllegalArgumentException("number " + number + " comes too late: receiver '"
                    + overtaken.inbox.receiver + "' has been given something higher since " + this
                    + ", which has promised " + promise + ", withdrew it");
        }
    }

    private @Nullable Place<T> firstOvertaken(long number) {
        for (Place<T> place : places) {
            if (place.takes(number) && !((ConsecutiveInbox<T>) place.inbox).mayComeAgain(place)) {
                return place;
            }
        }
        return null;
    }

    /** What was withdrawn does not come again, or comes now. */
    private void goOn() {
        if (withdrawn != NONE) {
            withdrawn = NONE;
            for (Place<T> place : places) {
                ((ConsecutiveInbox<T>) place.inbox).forget(place);
            }
        }
    }

    private void checkAnybodyThere(long timestamp) {
        if (isForAll) {
            return;
        }
        for (Place<T> place : places) {
            if (!place.inbox.isClosed()) {
                return;
            }
        }
        promise = timestamp;
        String receiver = targets.get(0).name();
        throw new ReceiverClosedException(
                receiver,
                (places.size() == 1 ? "receiver '" + receiver + "' was closed" : "all receivers were closed") + ": "
                        + this + " has nobody to forward to");
    }

    private boolean place(Object content, long timestamp, boolean mayWait) {
        Place<T> full = firstWithoutRoom(timestamp);
        if (full != null) {
            for (Place<T> place : places) {
                if (place.takes(timestamp)) {
                    place.inbox.await(place.lane, timestamp);
                    place.inbox.refresh();
                    place.inbox.release();
                }
            }
            full = firstWithoutRoom(timestamp);
        }
        if (full == null) {
            for (Place<T> place : places) {
                if (place.takes(timestamp)) {
                    place.inbox.accept(place.lane, timestamp, content);
                }
            }
            promise = timestamp;
            sent++;
            return true;
        }
        waiting = timestamp;
        if (mayWait && PushReader.inboxOfCaller() == full.inbox) {
            giveUp();
            throw PushReader.waitsForItself(this, full.inbox);
        }
        if (mayWait) {
            blocked.thread = Thread.currentThread();
            full.inbox.block(blocked, full.lane, timestamp);
            waitsAt = full.inbox;
        } else {
            giveUp();
        }
        return false;
    }

    private @Nullable Place<T> firstWithoutRoom(long timestamp) {
        for (Place<T> place : places) {
            if (place.takes(timestamp) && !place.inbox.hasRoomFor(place.lane, timestamp)) {
                return place;
            }
        }
        return null;
    }

    private void stopWaiting() {
        waiting = NONE;
        if (waitsAt != null) {
            waitsAt.unblock(blocked);
            waitsAt = null;
        }
    }

    /** The forward that waits is withdrawn; the locks are held. */
    private void giveUp() {
        long timestamp = waiting;
        stopWaiting();
        blocked.waits = false;
        for (Place<T> place : places) {
            if (place.takes(timestamp)) {
                place.inbox.withdraw(place, timestamp);
            }
        }
        if (numbers != null) {
            withdrawn = timestamp;
        }
    }

    private void withdraw() {
        Wakes<T> wakes = new Wakes<>();
        lock.lock();
        if (waiting != NONE) {
            lockPlaces();
            giveUp();
            updateAndUnlockPlaces(wakes);
        }
        lock.unlock();
        wakes.run(dispatcher.helpers, null);
    }

    // ---- promising

    @Override
    public void advance(long timestamp) {
        Wakes<T> wakes = new Wakes<>();
        lock.lock();
        try {
            checkOpen();
            if (timestamp <= promise) {
                return;
            }
            if (waiting != NONE) {
                throw new IllegalStateException(
                        this + " waits in a forward at " + waiting + ", and cannot promise " + timestamp);
            }
            promise = timestamp;
            if (numbers != null) {
                numbers.promise(inNumbers, timestamp, wakes);
            }
            if (numbers == null || withdrawn != NONE) {
                promiseEverywhere(timestamp, wakes);
            }
        } finally {
            lock.unlock();
            wakes.run(dispatcher.helpers, own);
        }
    }

    private void promiseEverywhere(long timestamp, Wakes<T> wakes) {
        lockPlaces();
        goOn();
        for (Place<T> place : places) {
            place.inbox.promise(place.lane, timestamp);
        }
        updateAndUnlockPlaces(wakes);
    }

    // ---- the inboxes' locks

    private void lockPlaces() {
        for (int i = 0; i < places.size(); i++) {
            places.get(i).inbox.lock.lock();
        }
    }

    private void unlockPlaces() {
        for (int i = 0; i < places.size(); i++) {
            places.get(i).inbox.lock.unlock();
        }
    }

    private void updateAndUnlockPlaces(Wakes<T> wakes) {
        for (int i = 0; i < places.size(); i++) {
            MergingInbox<T> inbox = places.get(i).inbox;
            inbox.update(wakes);
            inbox.lock.unlock();
        }
    }

    private void forgetLeavers() {
        places.removeIf(place -> place.inbox.isClosed());
    }

    // ---- seen from outside

    @Override
    public List<String> receivers() {
        return (isForAll ? dispatcher.audience() : targets)
                .stream().map(DefaultReceiver::name).toList();
    }

    @Override
    public long promise() {
        lock.lock();
        long current = promise;
        lock.unlock();
        return current;
    }

    @Override
    public SenderStats stats() {
        lock.lock();
        SenderStats stats = new SenderStats(name, sent, promise);
        lock.unlock();
        return stats;
    }
}
