package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.CancelOption;
import dev.fairway.RejectedTaskException;
import dev.fairway.RejectedTaskException.Reason;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A channel.
 *
 * <p><b>Structure.</b> Two rings of waiting tasks (urgent and others), the list of the runs that are at its tasks now, the
 * producers that wait for room, and counters. Everything mutable is guarded by {@link #lock}; what decides whether the channel
 * waits for a turn ({@code linked}) is changed only with the crew's lock held as well, so it can be read under either.
 *
 * <p><b>Invariants</b>, whenever the lock is free: {@code waiting} is the number of tasks in the rings that can still start, at
 * most the capacity; {@code running} is the number of attached runs, at most {@code maxParallel} unless that was lowered since;
 * {@code accepted = completed + failed + cancelled + suppressed + expired + waiting + runs in PROCESSING or COMMITTING}. Whenever
 * the crew's lock is free too and nobody is on the way to {@link Crew#relink}: linked if and only if runnable.
 *
 * <p><b>Linearization.</b> A task is accepted when it is put into a ring, started when it is taken out, and its commit begins
 * when its run enters COMMITTING; a cancel is at the moment in which it holds the lock. All under the one lock, so for each task
 * there is one order of these. Everything else (handles, listeners, wake-ups) follows after the lock, from what was decided.
 *
 * <p><b>Life.</b> OPEN, CLOSED (accepts no more, drains), ENDED (nothing waits, runs, or has callbacks on the way).
 */
final class DefaultChannel<T, R extends @Nullable Object> extends TurnMember implements Channel<T, R> {
    /** How often a producer that finds no room yields before it sleeps. */
    private static final int YIELDS_BEFORE_SLEEP = 24;

    private enum Admission {
        ADMITTED,
        CHANNEL_FULL,
        SCHEDULER_FULL,
        CLOSED
    }

    private enum Life {
        OPEN,
        CLOSED,
        ENDED
    }

    /** Why a channel was closed; decides what its producers are told. */
    enum CloseReason {
        BY_HAND,
        IDLE,
        SCHEDULER
    }

    final DefaultFairScheduler<T, R> scheduler;
    final String name;
    final ChannelOptions options;
    final BriefLock lock = new BriefLock();

    // Guarded by the lock; the volatile ones are also read without.

    private volatile int weight;
    private volatile int maxParallel;
    private volatile boolean paused;
    private volatile Life life = Life.OPEN;
    private @Nullable CloseReason closeReason;

    private @Nullable TaskRing ring;
    private @Nullable TaskRing urgentRing;
    private int waiting;
    private @Nullable ArrayDeque<Putter> putters;
    private boolean putterOnItsWay;

    private @Nullable Run<T, R> runs;
    private int running;
    private int callbacksOnTheirWay;
    private boolean linkOnItsWay;
    private int epoch;
    private int turn;
    private int suspendedStarts;
    private double runEstimate = -1;

    private long accepted;
    private long rejected;
    private long started;
    private long completed;
    private long failed;
    private long cancelled;
    private long suppressed;
    private long expired;
    private long lastActivity;
    private long recentWait;
    private @Nullable CompletableFuture<Void> terminated;

    /** The channel's places among the busiest; guarded by their index. */
    final BusiestIndex.@Nullable Place[] places = new BusiestIndex.@Nullable Place[TopBy.COUNT];

    /** Guarded by the room's lock: whether the channel stands in the queue for room in the scheduler. */
    boolean inRoomQueue;

    DefaultChannel(DefaultFairScheduler<T, R> scheduler, String name, ChannelOptions options) {
        this.scheduler = scheduler;
        this.name = name;
        this.options = options;
        this.weight = options.weight();
        this.maxParallel = options.maxParallel();
        this.lastActivity = scheduler.ticker.getAsLong();
    }

    // ---- putting in

    @Override
    public boolean offer(T task) {
        requireNonNull(task, "task");
        TaskNode<T, R> node = scheduler.nodeFor(task, null, TaskOptions.defaults());
        Admission admission = tryAdmit(task, node);
        if (admission == Admission.ADMITTED) {
            scheduler.outcomes.accepted(this, node);
            return true;
        }
        RejectedTaskException refusal = reject(task, admission);
        if (admission == Admission.CLOSED) {
            throw refusal;
        }
        return false;
    }

    @Override
    public boolean offer(T task, Duration timeout) throws InterruptedException {
        requireNonNull(task, "task");
        long nanos = Math.max(0, TimeUnit.NANOSECONDS.convert(requireNonNull(timeout, "timeout")));
        TaskNode<T, R> node = scheduler.nodeFor(task, null, TaskOptions.defaults());
        Admission admission = awaitAdmission(task, node, nanos);
        if (admission == Admission.ADMITTED) {
            return true;
        }
        RejectedTaskException refusal = reject(task, admission);
        if (admission == Admission.CLOSED) {
            throw refusal;
        }
        return false;
    }

    @Override
    public void put(T task) throws InterruptedException {
        requireNonNull(task, "task");
        TaskNode<T, R> node = scheduler.nodeFor(task, null, TaskOptions.defaults());
        Admission admission = awaitAdmission(task, node, Long.MAX_VALUE);
        if (admission != Admission.ADMITTED) {
            throw reject(task, admission);
        }
    }

    @Override
    public TaskHandle<R> submit(T task, TaskOptions taskOptions) {
        requireNonNull(task, "task");
        requireNonNull(taskOptions, "options");
        SubmittedTask<T, R> handle = new SubmittedTask<>(this);
        TaskNode<T, R> node = scheduler.nodeWithSink(task, handle, taskOptions);
        handle.node = node;
        admitOrThrow(task, node);
        return handle;
    }

    /** Puts in a task of which nobody needs a handle, by the overload policy when there is no room. */
    void execute(T task) {
        TaskNode<T, R> node = scheduler.nodeFor(task, null, TaskOptions.defaults());
        if (node == null && tryAdmit(task, null) == Admission.ADMITTED) {
            return;
        }
        admitOrThrow(task, node == null ? scheduler.nodeWithSink(task, null, TaskOptions.defaults()) : node);
    }

    /** Puts in a task with its node, by the overload policy when there is no room. */
    void admitOrThrow(T task, TaskNode<T, R> node) {
        Admission admission = tryAdmit(task, node);
        if (admission == Admission.CHANNEL_FULL || admission == Admission.SCHEDULER_FULL) {
            Overload overload = options.overload();
            if (overload instanceof Overload.CallerRuns && runInCaller(node)) {
                return;
            } else if (overload instanceof Overload.DropOldest) {
                admission = admitInsteadOfOldest(node);
            } else if (overload instanceof Overload.WaitUpTo wait) {
                admission = awaitAdmissionKeepingInterrupt(node, TimeUnit.NANOSECONDS.convert(wait.timeout()));
                if (admission == Admission.ADMITTED) {
                    return; // already announced
                }
            }
        }
        if (admission != Admission.ADMITTED) {
            throw reject(task, admission);
        }
        scheduler.outcomes.accepted(this, node);
    }

    private Admission tryAdmit(T task, @Nullable TaskNode<T, R> node) {
        Admission admission;
        boolean link;
        lock.lock();
        try {
            admission = admitLocked(task, node);
            link = admission == Admission.ADMITTED && claimLink();
        } finally {
            lock.unlock(); // growing the ring may fail for want of memory
        }
        if (link) {
            scheduler.crew.relink(this);
        }
        return admission;
    }

    private Admission admitLocked(T task, @Nullable TaskNode<T, R> node) {
        if (life != Life.OPEN) {
            return Admission.CLOSED;
        }
        if (waiting >= options.capacity()) {
            return Admission.CHANNEL_FULL;
        }
        if (scheduler.room != null && !scheduler.room.reserve(waiting == 0)) {
            return Admission.SCHEDULER_FULL;
        }
        append(task, node);
        return Admission.ADMITTED;
    }

    private void append(T task, @Nullable TaskNode<T, R> node) {
        long stamp = scheduler.stamp(waiting);
        boolean urgent = false;
        Object item = task;
        if (node != null) {
            node.acceptedNanos = node.expiry == 0 ? stamp : scheduler.ticker.getAsLong();
            node.epoch = epoch;
            urgent = node.urgent;
            item = node;
        }
        TaskRing target = urgent ? urgentRing : ring;
        if (target == null || target.isFull()) {
            target = makeRoom(target);
            if (urgent) {
                urgentRing = target;
            } else {
                ring = target;
            }
        }
        target.add(item, stamp);
        accepted++;
        waiting++;
        lastActivity = stamp;
        if (waiting >= BusiestIndex.SMALLEST_BACKLOG) {
            scheduler.busiest.update(this, TopBy.WAITING, waiting);
        }
    }

    private TaskRing makeRoom(@Nullable TaskRing full) {
        if (full == null) {
            return scheduler.rings.take(TaskRing.SMALLEST);
        }
        if (waiting <= full.length() / 2 || full.length() >= options.capacity()) {
            full.compact(); // at least half of it are gaps, or it is as large as it may become
            if (!full.isFull()) {
                return full;
            }
        }
        TaskRing larger = scheduler.rings.take(full.length() * 2);
        full.moveTo(larger);
        scheduler.rings.giveBack(full);
        return larger;
    }

    /** Whether the caller must call {@link Crew#relink} after it has released the lock: true for one caller at a time. */
    private boolean claimLink() {
        if (linked || linkOnItsWay || !isRunnable()) {
            return false;
        }
        linkOnItsWay = true;
        return true;
    }

    void linkArrived() {
        linkOnItsWay = false;
    }

    private RejectedTaskException reject(T task, Admission admission) {
        RejectedTaskException refusal;
        lock.lock();
        rejected++;
        long rejections = rejected;
        CloseReason reason = closeReason;
        if (Long.bitCount(rejections) == 1) {
            scheduler.busiest.update(this, TopBy.REJECTED, rejections);
        }
        lock.unlock();
        refusal = refusal(admission, reason);
        scheduler.outcomes.rejected(this, task, refusal);
        return refusal;
    }

    private RejectedTaskException refusal(Admission admission, @Nullable CloseReason reason) {
        return switch (admission) {
            case CHANNEL_FULL ->
                new RejectedTaskException(
                        Reason.CHANNEL_FULL, "channel '" + name + "' is full (capacity " + options.capacity() + ")");
            case SCHEDULER_FULL ->
                new RejectedTaskException(
                        Reason.SCHEDULER_FULL,
                        "scheduler '" + scheduler.name() + "' is full (capacity "
                                + requireNonNull(scheduler.room).capacity() + "), asked by channel '" + name + "'");
            case CLOSED -> closedRefusal(reason);
            case ADMITTED -> throw new IllegalStateException("admitted");
        };
    }

    private RejectedTaskException closedRefusal(@Nullable CloseReason reason) {
        if (reason == CloseReason.SCHEDULER) {
            return scheduler.closedRefusal();
        }
        return new RejectedTaskException(
                Reason.CHANNEL_CLOSED,
                reason == CloseReason.IDLE
                        ? "channel '" + name + "' closed because it was idle for "
                                + options.idleTimeout().orElse(Duration.ZERO)
                        : "channel '" + name + "' is closed");
    }

    // ---- waiting for room

    /** A producer that waits for room; its task is put in for it, so that it need not compete. */
    private final class Putter {
        final T task;
        final @Nullable TaskNode<T, R> node;
        final Thread thread = Thread.currentThread();

        /** Written under the lock; null while it waits. */
        volatile @Nullable Admission answer;

        Putter(T task, @Nullable TaskNode<T, R> node) {
            this.task = task;
            this.node = node;
        }
    }

    private Admission awaitAdmissionKeepingInterrupt(TaskNode<T, R> node, long nanos) {
        try {
            return awaitAdmission(node.task, node, nanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            RejectedTaskException refusal = new RejectedTaskException(
                    Reason.INTERRUPTED, "interrupted while waiting for room in channel '" + name + "'");
            lock.lock();
            rejected++;
            lock.unlock();
            scheduler.outcomes.rejected(this, node.task, refusal);
            throw refusal;
        }
    }

    private Admission awaitAdmission(T task, @Nullable TaskNode<T, R> node, long nanos) throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
        long deadline = nanos == Long.MAX_VALUE ? 0 : System.nanoTime() + nanos;
        Admission admission = tryAdmit(task, node);
        boolean mayWait = nanos > 0;
        for (int i = 0; mayWait && isFull(admission) && i < YIELDS_BEFORE_SLEEP; i++) {
            Thread.yield();
            admission = tryAdmit(task, node);
        }
        if (mayWait && isFull(admission)) {
            admission = sleepForAdmission(task, node, nanos == Long.MAX_VALUE, deadline);
        }
        if (admission == Admission.ADMITTED) {
            scheduler.outcomes.accepted(this, node);
        }
        return admission;
    }

    private static boolean isFull(Admission admission) {
        return admission == Admission.CHANNEL_FULL || admission == Admission.SCHEDULER_FULL;
    }

    private Admission sleepForAdmission(T task, @Nullable TaskNode<T, R> node, boolean forEver, long deadline)
            throws InterruptedException {
        Putter putter = new Putter(task, node);
        After<T, R> after = new After<>(scheduler);
        scheduler.waits.enter(this, null);
        try {
            lock.lock();
            Admission admission = admitLocked(task, node);
            if (isFull(admission)) {
                if (putters == null) {
                    putters = new ArrayDeque<>(2);
                }
                putters.add(putter);
                if (admission == Admission.SCHEDULER_FULL) {
                    after.admitAt(requireNonNull(scheduler.room).enqueue(this));
                }
            } else if (admission == Admission.ADMITTED && claimLink()) {
                after.relink(this);
            }
            lock.unlock();
            after.run();
            return isFull(admission) ? sleep(putter, admission, forEver, deadline) : admission;
        } finally {
            scheduler.waits.leave(this);
        }
    }

    private Admission sleep(Putter putter, Admission full, boolean forEver, long deadline) throws InterruptedException {
        boolean interrupted = false;
        while (putter.answer == null && !interrupted) {
            if (forEver) {
                LockSupport.park(this);
            } else {
                long left = deadline - System.nanoTime();
                if (left <= 0) {
                    break;
                }
                LockSupport.parkNanos(this, left);
            }
            interrupted = Thread.interrupted();
        }
        After<T, R> after = new After<>(scheduler);
        lock.lock();
        Admission answer = putter.answer;
        if (answer == null) {
            requireNonNull(putters).remove(putter);
        } else if (answer == Admission.ADMITTED) {
            putterOnItsWay = false;
        }
        admitPutter(after); // the next one, at this thread's cost and not at the worker's
        lock.unlock();
        after.run();
        if (answer == null && interrupted) {
            throw new InterruptedException();
        }
        if (interrupted) {
            Thread.currentThread().interrupt(); // the task was accepted before: the interrupt is for what comes next
        }
        return answer == null ? full : answer;
    }

    /**
     * Puts in the task of the producer that has waited longest, when there is room. One at a time is on its way; it lets in the
     * next when it has woken, so that a worker pays for one wake-up and not for each place it frees.
     */
    private void admitPutter(After<T, R> after) {
        if (putters == null || putterOnItsWay || life != Life.OPEN) {
            return;
        }
        Putter putter = putters.peek();
        if (putter == null) {
            putters = null;
            return;
        }
        Admission admission = admitLocked(putter.task, putter.node);
        if (admission == Admission.ADMITTED) {
            putters.remove();
            putter.answer = Admission.ADMITTED;
            putterOnItsWay = true;
            after.unpark(putter.thread);
            if (claimLink()) {
                after.relink(this);
            }
        } else if (admission == Admission.SCHEDULER_FULL) {
            after.admitAt(requireNonNull(scheduler.room).enqueue(this));
        }
    }

    /** There may be room in the scheduler for a producer that waits here. */
    void admitOne(After<T, R> after) {
        lock.lock();
        admitPutter(after);
        lock.unlock();
    }

    private void refusePutters(After<T, R> after) {
        if (putters != null) {
            for (Putter putter : putters) {
                putter.answer = Admission.CLOSED;
                after.unpark(putter.thread);
            }
            putters = null;
        }
    }

    /** After {@code count} tasks have stopped waiting. */
    private void roomFreed(int count, After<T, R> after) {
        if (scheduler.room != null) {
            after.admitAt(scheduler.room.release(count));
        }
        if (putters != null) {
            admitPutter(after);
        }
    }

    // ---- overload

    private Admission admitInsteadOfOldest(TaskNode<T, R> node) {
        After<T, R> after = new After<>(scheduler);
        Object dropped = null;
        lock.lock();
        Admission admission = admitLocked(node.task, node);
        if (isFull(admission) && waiting > 0) {
            TaskRing source = ring != null && ring.peek() != null ? ring : requireNonNull(urgentRing);
            dropped = requireNonNull(source.peek());
            source.drop();
            waiting--;
            cancelled++;
            callbacksOnTheirWay++;
            if (dropped instanceof TaskNode<?, ?> gone) {
                gone.state(TaskState.CANCELLED);
            }
            append(node.task, node); // in its place in the scheduler's room too
            admission = Admission.ADMITTED;
        }
        if (admission == Admission.ADMITTED && claimLink()) {
            after.relink(this);
        }
        lock.unlock();
        after.run();
        if (dropped != null) {
            scheduler.outcomes.dropped(this, dropped);
            callbacksArrived(1);
        }
        return admission;
    }

    private boolean runInCaller(TaskNode<T, R> node) {
        Run<T, R> run = new Run<>(Thread.currentThread().getName(), false);
        run.thread = Thread.currentThread();
        lock.lock();
        boolean may = life == Life.OPEN && !paused && running < maxParallel;
        if (may) {
            long now = scheduler.ticker.getAsLong();
            node.acceptedNanos = now;
            node.epoch = epoch;
            accepted++;
            lastActivity = now;
            run.now = now;
            attach(run);
            begin(run, node, now);
        }
        lock.unlock();
        if (may) {
            scheduler.outcomes.accepted(this, node);
            scheduler.runInCaller(this, run);
        }
        return may;
    }

    // ---- starting and ending tasks

    boolean isRunnable() {
        return waiting > 0 && !paused && running < maxParallel && life != Life.ENDED;
    }

    /**
     * Starts the next task in a new turn. The crew's lock and this one are held.
     *
     * @return false when all that waited had expired
     */
    boolean startTurn(Run<T, R> run, After<T, R> after) {
        run.turn = turn;
        run.startsLeft = weight - 1 + suspendedStarts;
        run.used = 0;
        suspendedStarts = 0;
        Object item = poll(run, after);
        if (item == null) {
            return false;
        }
        attach(run);
        begin(run, item, run.acceptedNanos);
        return true;
    }

    /**
     * Ends the run's task, whose code has returned, and starts the channel's next one in the same turn when it may.
     *
     * @param mayGoOn whether the turn has starts or time left
     */
    boolean continueTurn(Run<T, R> run, boolean mayGoOn, After<T, R> after) {
        lock.lock();
        end(run, after);
        boolean goOn = mayGoOn
                && run.turn == turn
                && waiting
                        > (linked
                                ? 1
                                : 0) // who takes the last must unlink the channel, and for that needs the crew's lock
                && !paused
                && running <= maxParallel
                && !scheduler.crew.isOverLimit();
        if (goOn) {
            Object item = poll(run, after);
            if (item == null) {
                goOn = false;
            } else {
                begin(run, item, run.acceptedNanos);
                if (run.startsLeft > 0) {
                    run.startsLeft--;
                }
            }
            if (linked && waiting == 0) {
                after.relink(this); // the others had expired
            }
        }
        lock.unlock();
        return goOn;
    }

    /** The next task that has not expired; sets when it was accepted. */
    private @Nullable Object poll(Run<T, R> run, After<T, R> after) {
        int gone = 0;
        Object item;
        while (true) {
            TaskRing source = urgentRing != null && urgentRing.peek() != null ? urgentRing : ring;
            item = source == null ? null : source.peek();
            if (source == null || item == null) {
                break;
            }
            run.acceptedNanos = source.peekStamp();
            source.drop();
            gone++;
            if (!(item instanceof TaskNode<?, ?> any) || !any.isExpired(expiryClock(any))) {
                break;
            }
            @SuppressWarnings("unchecked") // the rings hold nothing else
            TaskNode<T, R> node = (TaskNode<T, R>) any;
            node.state(TaskState.EXPIRED);
            expired++;
            callbacksOnTheirWay++;
            after.expired(this, node);
        }
        leftTheRings(gone, after);
        return item;
    }

    private long expiryClock(TaskNode<?, ?> node) {
        return node.expiry == 0 ? 0 : scheduler.ticker.getAsLong();
    }

    private void leftTheRings(int count, After<T, R> after) {
        if (count == 0) {
            return;
        }
        int left = waiting - count;
        waiting = left;
        if (left == 0) {
            becameEmpty();
        }
        if (putters != null || scheduler.room != null) {
            roomFreed(count, after);
        }
        if (left + count >= BusiestIndex.SMALLEST_BACKLOG) {
            scheduler.busiest.update(this, TopBy.WAITING, left);
        }
    }

    /** The turn ends, and the rings are let go. */
    private void becameEmpty() {
        endTurn();
        if (ring != null) {
            ring.compact();
            ring = scheduler.rings.keepOrGiveBack(ring);
        }
        if (urgentRing != null) {
            urgentRing.compact();
            scheduler.rings.giveBack(urgentRing);
            urgentRing = null;
        }
    }

    private void endTurn() {
        turn++;
        suspendedStarts = 0;
    }

    private void attach(Run<T, R> run) {
        run.channel = this;
        run.previous = null;
        run.next = runs;
        if (runs != null) {
            runs.previous = run;
        }
        runs = run;
        running++;
    }

    /** Takes the run out when its turn has ended; whatever can still start waits for a turn of its own. */
    void detach(Run<T, R> run, After<T, R> after) {
        if (run.startsLeft > 0 && run.turn == turn) {
            suspendedStarts += run.startsLeft;
        }
        if (run.previous == null) {
            runs = run.next;
        } else {
            run.previous.next = run.next;
        }
        if (run.next != null) {
            run.next.previous = run.previous;
        }
        run.previous = null;
        run.next = null;
        run.channel = null;
        running--;
        if (running == 0) {
            lastActivity = run.now;
        }
        checkEnded(after);
    }

    private void begin(Run<T, R> run, Object item, long acceptedNanos) {
        started++;
        run.phase = Run.Phase.PROCESSING;
        run.item = item;
        run.acceptedNanos = acceptedNanos;
        if (item instanceof TaskNode<?, ?> any) {
            @SuppressWarnings("unchecked") // the rings hold nothing else
            TaskNode<T, R> node = (TaskNode<T, R>) any;
            node.run = run;
            node.startedNanos = run.now;
            node.state(TaskState.PROCESSING);
            run.acceptedNanos = node.acceptedNanos;
            run.used += node.cost;
        }
        long wait = run.now - run.acceptedNanos;
        recentWait += (Math.max(0, wait) - recentWait) >> 3;
        if (recentWait >= BusiestIndex.SMALLEST_WAIT) {
            scheduler.busiest.update(this, TopBy.WAIT, recentWait);
        }
    }

    /** From PROCESSING to COMMITTING; false when the task was cancelled before. */
    boolean beginCommit(Run<T, R> run) {
        lock.lock();
        boolean may = run.phase == Run.Phase.PROCESSING;
        if (may) {
            run.phase = Run.Phase.COMMITTING;
            if (run.item instanceof TaskNode<?, ?> node) {
                node.state(TaskState.COMMITTING);
            }
        }
        awaitInterrupters(run);
        lock.unlock();
        return may;
    }

    /** Counts the outcome of a task that was not cancelled before; false when it was. */
    boolean decide(Run<T, R> run, boolean success) {
        lock.lock();
        boolean decides = run.phase == Run.Phase.PROCESSING || run.phase == Run.Phase.COMMITTING;
        if (decides) {
            run.phase = Run.Phase.DECIDED;
            if (success) {
                completed++;
            } else {
                failed++;
            }
            if (run.item instanceof TaskNode<?, ?> node) {
                node.state(success ? TaskState.COMPLETED : TaskState.FAILED);
            }
        }
        lock.unlock();
        return decides;
    }

    /** The code of the run's task has returned. What was not decided yet has completed: see {@link Outcomes#run}. */
    void end(Run<T, R> run, After<T, R> after) {
        if (run.phase == Run.Phase.PROCESSING) {
            completed++;
        }
        run.phase = Run.Phase.IDLE;
        run.item = null;
        if (run.settlements != null) {
            for (Run.Settlement settlement : run.settlements) {
                if (--settlement.running == 0) {
                    after.settled(settlement);
                }
            }
            run.settlements = null;
        }
        awaitInterrupters(run);
    }

    /**
     * No interrupt for the task that ends reaches what the thread does next: those that are about to interrupt are waited for,
     * new ones cannot begin, and then the flag is cleared. The lock is held, and released meanwhile.
     */
    private void awaitInterrupters(Run<T, R> run) {
        while (run.interrupters > 0) {
            lock.unlock();
            Thread.yield();
            lock.lock();
        }
        if (run.isWorker || run.interrupted) {
            Thread.interrupted();
            run.interrupted = false;
        }
    }

    // ---- cancelling

    @Override
    public CancelReport cancelAll(CancelOption... cancelOptions) {
        boolean interrupt = List.of(cancelOptions).contains(CancelOption.INTERRUPT_RUNNING);
        return sweep(interrupt ? Sweep.CANCEL_AND_INTERRUPT : Sweep.CANCEL).report();
    }

    /** What happens to what waits and to what runs. */
    enum Sweep {
        /** Drops what waits, suppresses what runs. */
        CANCEL,
        /** As CANCEL, and interrupts. */
        CANCEL_AND_INTERRUPT,
        /** Drops what waits, and lets run what runs. */
        DROP,
        /** Hands back what waits, suppresses and interrupts what runs. */
        HAND_BACK,
        /**
         * As HAND_BACK, but tasks with nothing to commit are only interrupted, and their futures tell what became of them, as
         * those of other executors do.
         */
        HAND_BACK_LIKE_EXECUTOR;

        boolean interrupts() {
            return this != CANCEL && this != DROP;
        }

        boolean handsBack() {
            return this == HAND_BACK || this == HAND_BACK_LIKE_EXECUTOR;
        }
    }

    /**
     * What a sweep took.
     *
     * @param report the counts
     * @param dropped the tasks that waited and are handed back, urgent ones first, each in order
     */
    record Swept<T>(CancelReport report, List<T> dropped) {}

    /** Takes all that waits and decides about all that runs, at one point. */
    Swept<T> sweep(Sweep mode) {
        After<T, R> after = new After<>(scheduler);
        List<Run<T, R>> toInterrupt = new ArrayList<>();
        List<TaskNode<T, R>> suppressedNodes = new ArrayList<>();
        Run.Settlement settlement = new Run.Settlement();
        int suppressedNow = 0;
        int committing = 0;

        scheduler.crew.lock();
        lock.lock();
        int dropped = waiting;
        TaskRing droppedUrgent = urgentRing;
        TaskRing droppedRing = ring;
        urgentRing = null;
        ring = null;
        waiting = 0;
        cancelled += dropped;
        epoch++;
        endTurn();
        for (Run<T, R> run = mode == Sweep.DROP ? null : runs; run != null; run = run.next) {
            boolean suppresses = mode != Sweep.HAND_BACK_LIKE_EXECUTOR || scheduler.commits(run.item);
            if (run.phase == Run.Phase.COMMITTING) {
                committing++;
            } else if (run.phase == Run.Phase.PROCESSING && suppresses) {
                suppressedNow++;
                suppress(run, suppressedNodes);
            }
            if (run.phase == Run.Phase.SUPPRESSED) {
                run.settleLater(settlement);
            }
            if (mode.interrupts() && (run.phase == Run.Phase.SUPPRESSED || run.phase == Run.Phase.PROCESSING)) {
                run.interrupters++;
                run.interrupted = true;
                toInterrupt.add(run);
            }
        }
        boolean settledNow = settlement.running == 0;
        callbacksOnTheirWay++;
        if (dropped > 0) {
            scheduler.busiest.update(this, TopBy.WAITING, 0);
            roomFreed(dropped, after);
        }
        scheduler.crew.relinkLocked(this);
        lock.unlock();
        scheduler.crew.unlockAndWake();

        interruptAll(toInterrupt);
        after.run();
        List<T> handedBack = new ArrayList<>();
        empty(droppedUrgent, mode, handedBack);
        empty(droppedRing, mode, handedBack);
        for (TaskNode<T, R> node : suppressedNodes) {
            scheduler.outcomes.suppressed(this, node);
        }
        if (settledNow) {
            settlement.settled.complete(null);
        }
        callbacksArrived(1);
        return new Swept<>(
                new CancelReport(name, dropped, suppressedNow, committing, settlement.settled.minimalCompletionStage()),
                handedBack);
    }

    private void suppress(Run<T, R> run, List<TaskNode<T, R>> suppressedNodes) {
        suppressed++;
        run.phase = Run.Phase.SUPPRESSED;
        if (run.item instanceof TaskNode<?, ?> any) {
            @SuppressWarnings("unchecked") // the runs at a channel run its nodes
            TaskNode<T, R> node = (TaskNode<T, R>) any;
            node.state(TaskState.CANCELLED);
            suppressedNodes.add(node);
        }
    }

    private void interruptAll(List<Run<T, R>> toInterrupt) {
        for (Run<T, R> run : toInterrupt) {
            requireNonNull(run.thread).interrupt();
        }
        if (!toInterrupt.isEmpty()) {
            lock.lock();
            for (Run<T, R> run : toInterrupt) {
                run.interrupters--;
            }
            lock.unlock();
        }
    }

    @SuppressWarnings("unchecked") // the rings hold nothing else
    private void empty(@Nullable TaskRing taken, Sweep mode, List<T> handedBack) {
        if (taken == null) {
            return;
        }
        for (Object item = taken.peek(); item != null; item = taken.peek()) {
            taken.drop();
            T task = item instanceof TaskNode<?, ?> node ? (T) node.task : (T) item;
            if (item instanceof TaskNode<?, ?> node) {
                node.state(TaskState.CANCELLED);
            }
            if (mode.handsBack()) {
                handedBack.add(task);
                scheduler.outcomes.handedBack(this, item);
            } else {
                scheduler.outcomes.dropped(this, item);
            }
        }
        scheduler.rings.giveBack(taken);
    }

    /** Cancels one task; see {@link TaskHandle#cancel}. */
    boolean cancel(TaskNode<T, R> node, boolean interrupt) {
        After<T, R> after = new After<>(scheduler);
        List<Run<T, R>> toInterrupt = List.of();
        boolean wasWaiting = false;
        boolean wasRunning = false;
        lock.lock();
        TaskState state = node.state();
        Run<T, R> run = node.run;
        if (state == TaskState.WAITING && node.epoch == epoch) {
            wasWaiting = true;
            node.state(TaskState.CANCELLED);
            cancelled++;
            callbacksOnTheirWay++;
            leftTheRings(1, after);
            if (linked && !isRunnable()) {
                after.relink(this);
            }
        } else if (run != null && run.item == node && run.phase != Run.Phase.IDLE) {
            if (run.phase == Run.Phase.PROCESSING) {
                wasRunning = true;
                run.phase = Run.Phase.SUPPRESSED;
                node.state(TaskState.CANCELLED);
                suppressed++;
                callbacksOnTheirWay++;
            }
            if (interrupt && run.phase == Run.Phase.SUPPRESSED) {
                run.interrupters++;
                run.interrupted = true;
                toInterrupt = List.of(run);
            }
        }
        lock.unlock();
        interruptAll(toInterrupt);
        after.run();
        if (wasWaiting) {
            scheduler.outcomes.dropped(this, node);
        } else if (wasRunning) {
            scheduler.outcomes.suppressed(this, node);
        }
        if (wasWaiting || wasRunning) {
            callbacksArrived(1);
        }
        return wasWaiting || wasRunning;
    }

    void callbacksArrived(int count) {
        After<T, R> after = new After<>(scheduler);
        lock.lock();
        callbacksOnTheirWay -= count;
        checkEnded(after);
        lock.unlock();
        after.run();
    }

    // ---- steering

    @Override
    public String name() {
        return name;
    }

    @Override
    public int capacity() {
        return options.capacity();
    }

    @Override
    public int weight() {
        return weight;
    }

    @Override
    public void weight(int newWeight) {
        ChannelOptions.atLeastOne("weight", newWeight);
        steer(() -> weight = newWeight);
    }

    @Override
    public int maxParallel() {
        return maxParallel;
    }

    @Override
    public void maxParallel(int newMaxParallel) {
        ChannelOptions.atLeastOne("maxParallel", newMaxParallel);
        steer(() -> maxParallel = newMaxParallel);
    }

    @Override
    public void pause() {
        steer(() -> {
            paused = true;
            endTurn();
        });
        scheduler.channelPaused(this);
    }

    @Override
    public void resume() {
        steer(() -> paused = false);
    }

    private void steer(Runnable change) {
        scheduler.crew.lock();
        lock.lock();
        change.run();
        scheduler.crew.relinkLocked(this);
        lock.unlock();
        scheduler.crew.unlockAndWake();
    }

    @Override
    public boolean isPaused() {
        return paused;
    }

    @Override
    public int size() {
        lock.lock();
        int size = waiting;
        lock.unlock();
        return size;
    }

    // ---- ending

    @Override
    public void close() {
        close(CloseReason.BY_HAND);
    }

    void close(CloseReason reason) {
        After<T, R> after = new After<>(scheduler);
        lock.lock();
        closeLocked(reason, after);
        lock.unlock();
        after.run();
    }

    private void closeLocked(CloseReason reason, After<T, R> after) {
        if (life == Life.OPEN) {
            life = Life.CLOSED;
            closeReason = reason;
            refusePutters(after);
            checkEnded(after);
        }
    }

    /** Closes the channel when it has been idle for its timeout. */
    void closeIfIdle(long now) {
        Duration timeout = options.idleTimeout().orElse(null);
        if (timeout == null || life != Life.OPEN) {
            return;
        }
        After<T, R> after = new After<>(scheduler);
        lock.lock();
        boolean busy = waiting > 0 || running > 0 || callbacksOnTheirWay > 0 || putters != null;
        if (!busy && now - lastActivity >= TimeUnit.NANOSECONDS.convert(timeout)) {
            closeLocked(CloseReason.IDLE, after);
        }
        lock.unlock();
        after.run();
    }

    private void checkEnded(After<T, R> after) {
        if (life == Life.CLOSED && waiting == 0 && running == 0 && callbacksOnTheirWay == 0) {
            life = Life.ENDED;
            after.ended(this);
        }
    }

    @Override
    public boolean isClosed() {
        return life != Life.OPEN;
    }

    boolean isEnded() {
        return life == Life.ENDED;
    }

    boolean closedBecauseIdle() {
        return closeReason == CloseReason.IDLE;
    }

    int running() {
        return running;
    }

    @Override
    public CompletionStage<Void> terminated() {
        return terminatedFuture().minimalCompletionStage();
    }

    CompletableFuture<Void> terminatedFuture() {
        lock.lock();
        CompletableFuture<Void> future = terminated;
        boolean ended = life == Life.ENDED;
        if (future == null) {
            future = new CompletableFuture<>();
            terminated = future;
        } else {
            ended = false; // whoever ended the channel completes it
        }
        lock.unlock();
        if (ended) {
            future.complete(null);
        }
        return future;
    }

    /** Takes the channel, which has ended, from the busiest. */
    void leave() {
        lock.lock();
        scheduler.busiest.remove(this);
        lock.unlock();
    }

    /** Tells those who wait for the end, after the channel has left its scheduler. */
    void completeTerminated() {
        lock.lock();
        CompletableFuture<Void> future = terminated;
        lock.unlock();
        if (future != null) {
            future.complete(null);
        }
    }

    // ---- seen from outside

    @Override
    public ChannelStats stats() {
        long now = scheduler.ticker.getAsLong();
        lock.lock();
        long oldest = oldestStamp(now);
        ChannelStats stats = new ChannelStats(
                name,
                accepted,
                rejected,
                started,
                completed,
                failed,
                cancelled,
                suppressed,
                expired,
                waiting,
                running,
                Duration.ofNanos(Math.max(0, now - oldest)));
        lock.unlock();
        return stats;
    }

    private long oldestStamp(long now) {
        long oldest = now;
        if (ring != null && ring.peek() != null) {
            oldest = ring.peekStamp();
        }
        if (urgentRing != null && urgentRing.peek() != null && urgentRing.peekStamp() - oldest < 0) {
            oldest = urgentRing.peekStamp();
        }
        return oldest;
    }

    /** How long the oldest task has waited, or recent ones had; for {@link TopBy#WAIT}. */
    long typicalWait(long now) {
        lock.lock();
        long recent = now - lastActivity > TimeUnit.MINUTES.toNanos(1) ? 0 : recentWait;
        long wait = Math.max(recent, now - oldestStamp(now));
        lock.unlock();
        return wait;
    }

    double runEstimate() {
        return runEstimate;
    }

    void learnRunTime(double nanos) {
        runEstimate = runEstimate < 0 ? nanos : runEstimate + (nanos - runEstimate) / 8;
    }

    @Override
    public String toString() {
        return "Channel[" + scheduler.name() + "/" + name + ", " + life + "]";
    }
}
