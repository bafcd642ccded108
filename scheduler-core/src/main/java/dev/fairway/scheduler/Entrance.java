package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskState;
import dev.fairway.scheduler.Intake.Admission;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * How producers get into a channel: at once, by waiting, or by the overload policy.
 *
 * <p><b>Waiting.</b> A producer that finds no room yields a little, and then sleeps among the {@code putters}; a task of theirs is put
 * in for them when there is room, in the order in which they came. One of them is on its way at a time: it lets in the next when
 * it has woken, so that a worker pays for one wake-up and not for each place it frees. An {@code offer} may overtake, but each time
 * room is freed while nobody is on the way it goes to the first that waits, so nobody waits for ever.
 */
final class Entrance<T, R extends @Nullable Object> {
    /** How often a producer that finds no room yields before it sleeps. */
    private static final int YIELDS_BEFORE_SLEEP = 24;

    private final DefaultChannel<T, R> channel;

    /** Guarded by the channel's lock. */
    private boolean putterOnItsWay;

    /** Has no fields for what it finds by way of the channel, since each channel has one of it. */
    Entrance(DefaultChannel<T, R> channel) {
        this.channel = channel;
    }

    private DefaultFairScheduler<T, R> scheduler() {
        return channel.scheduler;
    }

    private Backlog backlog() {
        return channel.backlog;
    }

    private Intake intake() {
        return channel.intake;
    }

    // ---- at once

    boolean offer(T task) {
        TaskNode<T, R> node = scheduler().nodeFor(task);
        return answer(tryAdmit(task, node), task, node);
    }

    /** Announces, or refuses; false when there was no room. */
    private boolean answer(Admission admission, T task, @Nullable TaskNode<T, R> node) {
        if (admission.isIn()) {
            if (node != null) {
                scheduler().outcomes.accepted(channel, node);
            }
            return true;
        }
        if (admission == Admission.CLOSED) {
            throw reject(task, admission);
        }
        count(task, null); // no exception: it would cost a hundred times as much as the offer
        return false;
    }

    private Admission tryAdmit(T task, @Nullable TaskNode<T, R> node) {
        Admission admission;
        long news;
        intake().lock();
        try {
            admission = intake().admit(task, node, backlog());
            news = intake().news(backlog());
        } finally {
            intake().unlock();
        }
        if (admission == Admission.NO_SLOT) {
            channel.lock.lock();
            intake().lock();
            try {
                admission = intake().admitWithBothLocks(task, node, backlog());
                news = intake().news(backlog());
            } finally {
                intake().unlock();
                channel.lock.unlock();
            }
        }
        if (admission == Admission.LINK) {
            scheduler().crew.relink(channel);
        }
        if (news != 0) {
            scheduler().busiest.raise(channel, TopBy.WAITING, news);
        }
        return admission;
    }

    // ---- waiting

    boolean offer(T task, long nanos) throws InterruptedException {
        TaskNode<T, R> node = scheduler().nodeFor(task);
        return answer(await(task, node, Math.max(0, nanos), false), task, node);
    }

    void put(T task) throws InterruptedException {
        TaskNode<T, R> node = scheduler().nodeFor(task);
        if (!answer(await(task, node, 0, true), task, node)) {
            throw new IllegalStateException("a put does not end without room");
        }
    }

    private Admission await(T task, @Nullable TaskNode<T, R> node, long nanos, boolean forEver)
            throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        Admission admission = tryAdmit(task, node);
        if (!admission.isFull() || (!forEver && nanos <= 0)) {
            return admission;
        }
        long deadline = System.nanoTime() + nanos;
        for (int i = 0; admission.isFull() && i < YIELDS_BEFORE_SLEEP; i++) {
            Thread.yield();
            admission = tryAdmit(task, node);
        }
        return admission.isFull() ? enqueueAndSleep(task, node, admission, forEver, deadline) : admission;
    }

    /** A producer that sleeps. */
    static final class Putter {
        final Object task;
        final @Nullable TaskNode<?, ?> node;
        final Thread thread = Thread.currentThread();

        /** Written under the channel's lock; null while it waits. */
        volatile @Nullable Admission answer;

        Putter(Object task, @Nullable TaskNode<?, ?> node) {
            this.task = task;
            this.node = node;
        }
    }

    private Admission enqueueAndSleep(
            T task, @Nullable TaskNode<T, R> node, Admission full, boolean forEver, long deadline)
            throws InterruptedException {
        Putter putter = new Putter(task, node);
        After<T, R> after = new After<>(scheduler());
        scheduler().waits.enter(channel, null, () -> putter.answer != null, full == Admission.SCHEDULER_FULL);
        try {
            Admission admission;
            channel.lock.lock();
            intake().lock();
            try {
                admission = intake().admitWithBothLocks(task, node, backlog());
                if (admission.isFull()) {
                    if (channel.putters == null) {
                        channel.putters = new ArrayDeque<>(2);
                    }
                    channel.putters.add(putter);
                }
            } finally {
                intake().unlock();
                channel.lock.unlock();
            }
            if (admission == Admission.SCHEDULER_FULL) {
                after.admitAt(requireNonNull(scheduler().room).enqueue(channel));
            } else if (admission == Admission.LINK) {
                after.relink(channel);
            }
            after.run();
            return admission.isFull() ? sleep(putter, admission, forEver, deadline) : admission;
        } finally {
            scheduler().waits.leave();
        }
    }

    private Admission sleep(Putter putter, Admission full, boolean forEver, long deadline) throws InterruptedException {
        boolean interrupted = false;
        while (putter.answer == null && !interrupted) {
            if (forEver) {
                LockSupport.park(channel);
            } else {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(channel, left);
            }
            interrupted = Thread.interrupted();
        }
        After<T, R> after = new After<>(scheduler());
        channel.lock.lock();
        Admission answer = putter.answer;
        if (answer == null) {
            requireNonNull(channel.putters).remove(putter);
        } else if (answer.isIn()) {
            putterOnItsWay = false;
        }
        admitNext(after); // at this thread's cost and not at the worker's
        channel.lock.unlock();
        after.run();
        if (interrupted && answer == null) {
            throw new InterruptedException();
        }
        if (interrupted) {
            Thread.currentThread().interrupt(); // the task was in before: the interrupt is for what comes next
        }
        return answer == null ? full : answer;
    }

    /**
     * The channel has room, or may have: lets the first that waits in, or when the scheduler's room is scarce too, in the channel's
     * turn. The channel's lock is held.
     */
    void admitNext(After<T, R> after) {
        if (scheduler().room == null) {
            admitPutter(after);
        } else if (channel.putters != null) {
            after.admitAt(scheduler().room.enqueue(channel));
        }
    }

    /** As {@link #admitPutter}, in the channel's turn for the scheduler's room, which it keeps when somebody was quicker. */
    void admitPutterInTurn(After<T, R> after) {
        if (admitPutter(after) == Admission.SCHEDULER_FULL) {
            requireNonNull(scheduler().room).rejoin(channel);
        }
    }

    /** Puts in the task of the first that waits, if there is room; null when none waits. The channel's lock is held. */
    @Nullable
    Admission admitPutter(After<T, R> after) {
        if (channel.putters == null || putterOnItsWay) {
            return null;
        }
        Putter putter = channel.putters.peek();
        if (putter == null) {
            channel.putters = null;
            return null;
        }
        Admission admission;
        intake().lock();
        try {
            admission = intake().admitWithBothLocks(putter.task, putter.node, backlog());
        } finally {
            intake().unlock();
        }
        if (admission.isIn()) {
            channel.putters.remove();
            putter.answer = admission;
            putterOnItsWay = true;
            after.unpark(putter.thread);
            if (admission == Admission.LINK) {
                after.relink(channel);
            }
        }
        return admission;
    }

    /** Nobody gets in any more. The channel's lock is held. */
    void refusePutters(After<T, R> after) {
        if (channel.putters != null) {
            for (Putter putter : channel.putters) {
                putter.answer = Admission.CLOSED;
                after.unpark(putter.thread);
            }
            channel.putters = null;
        }
    }

    // ---- by the overload policy

    /** Puts in a task of which nobody needs a handle. */
    void execute(T task) {
        TaskNode<T, R> node = scheduler().nodeFor(task);
        if (node == null && tryAdmit(task, null).isIn()) {
            return;
        }
        submit(task, node == null ? scheduler().node(task, null, TaskOptions.defaults()) : node);
    }

    void submit(T task, TaskNode<T, R> node) {
        Admission admission = tryAdmit(task, node);
        if (admission.isFull()) {
            Overload overload = channel.options.overload();
            if (overload instanceof Overload.CallerRuns && channel.runInCaller(node)) {
                return;
            } else if (overload instanceof Overload.DropOldest) {
                admission = admitInsteadOfOldest(task, node);
            } else if (overload instanceof Overload.WaitUpTo wait) {
                admission = awaitKeepingInterrupt(task, node, TimeUnit.NANOSECONDS.convert(wait.timeout()));
            }
        }
        if (!admission.isIn()) {
            throw reject(task, admission);
        }
        scheduler().outcomes.accepted(channel, node);
    }

    private Admission awaitKeepingInterrupt(T task, TaskNode<T, R> node, long nanos) {
        try {
            return await(task, node, nanos, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw refuse(
                    task,
                    new RejectedTaskException(
                            Reason.INTERRUPTED,
                            "interrupted while waiting for room in channel '" + channel.name + "'"));
        }
    }

    private Admission admitInsteadOfOldest(T task, TaskNode<T, R> node) {
        Object dropped = null;
        Admission admission;
        channel.lock.lock();
        intake().lock();
        try {
            admission = intake().admitWithBothLocks(task, node, backlog());
            if (admission.isFull() && backlog().waiting() > 0) {
                dropped = backlog().dropOldest();
                if (dropped instanceof TaskNode<?, ?> gone) {
                    gone.state(TaskState.CANCELLED);
                }
                channel.countCancelledOnItsWay();
                admission = intake().admitWithBothLocks(task, node, backlog(), true);
            }
        } finally {
            intake().unlock();
            channel.lock.unlock();
        }
        if (admission == Admission.LINK) {
            scheduler().crew.relink(channel);
        }
        if (dropped != null) {
            scheduler().outcomes.dropped(channel, dropped);
            channel.callbackArrived();
        }
        return admission;
    }

    // ---- refusing

    private RejectedTaskException reject(T task, Admission admission) {
        return refuse(
                task,
                switch (admission) {
                    case CHANNEL_FULL ->
                        new RejectedTaskException(
                                Reason.CHANNEL_FULL,
                                "channel '" + channel.name + "' is full (capacity " + intake().capacity + ")");
                    case SCHEDULER_FULL ->
                        new RejectedTaskException(
                                Reason.SCHEDULER_FULL,
                                "scheduler '" + scheduler().name() + "' is full (capacity "
                                        + requireNonNull(scheduler().room).capacity() + "), asked by channel '"
                                        + channel.name
                                        + "'");
                    case CLOSED -> closedRefusal();
                    default -> throw new IllegalStateException(admission.toString());
                });
    }

    private RejectedTaskException closedRefusal() {
        return switch (channel.closeReason()) {
            case SCHEDULER -> scheduler().closedRefusal();
            case IDLE ->
                new RejectedTaskException(
                        Reason.CHANNEL_CLOSED,
                        "channel '" + channel.name + "' closed because it was idle for "
                                + channel.options.idleTimeout().orElse(Duration.ZERO));
            case BY_HAND ->
                new RejectedTaskException(Reason.CHANNEL_CLOSED, "channel '" + channel.name + "' is closed");
        };
    }

    private RejectedTaskException refuse(T task, RejectedTaskException refusal) {
        count(task, refusal);
        return refusal;
    }

    private void count(T task, @Nullable RejectedTaskException refusal) {
        intake().lock();
        long rejected = ++intake().rejected;
        boolean retired = intake().retired;
        intake().unlock();
        if (retired) {
            scheduler().rejectedLate();
        }
        if (Long.bitCount(rejected) == 1) {
            scheduler().busiest.raise(channel, TopBy.REJECTED, rejected);
        }
        scheduler().outcomes.rejected(channel, task, refusal);
    }
}
