package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.CancelOption;
import dev.fairway.TaskHandle;
import dev.fairway.TaskState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A channel.
 *
 * <p><b>Structure.</b> The tasks that wait ({@link Backlog}, with the {@link Intake} where they come in and the {@link Entrance} that
 * producers go through), and the runs that are at its tasks now, with counters ({@link ChannelRuns}). Everything mutable here is guarded by
 * {@link #lock}; what decides whether the channel waits for a turn ({@code linked}) is changed only with the crew's lock held as well,
 * so it can be read under either. Lock order: the crew's, this one, the intake's.
 *
 * <p><b>Invariants</b>, whenever the locks are free: at most as many tasks wait as the capacity says; {@code running} is the number of
 * attached runs, at most {@code maxParallel} unless that was lowered since; {@code accepted = completed + failed + cancelled +
 * suppressed + expired + waiting + runs in PROCESSING or COMMITTING}. Whenever nobody is on the way to {@link Crew#relink} either:
 * linked if and only if runnable.
 *
 * <p><b>Linearization.</b> A task is accepted when it is put into the backlog under the intake's lock, started when it is taken out
 * under this one, and its commit begins when its run enters COMMITTING under this one; a cancel is at the moment in which it holds
 * both. So for each task there is one order of these. Everything else (handles, listeners, wake-ups) follows after the locks, from
 * what was decided.
 *
 * <p><b>Life.</b> OPEN, CLOSED (accepts no more, drains), ENDED (nothing waits, runs, or has callbacks on the way).
 */
final class DefaultChannel<T, R extends @Nullable Object> extends ChannelParts<T, R> implements Channel<T, R> {
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

    /** Expired tasks are many when they come, and the locks are held. */
    private static final int MOST_EXPIRED_AT_ONCE = 64;

    /**
     * Of the tasks of a turn, which have waited about equally long, the wait of the first and of each sixteenth is looked at: the time at
     * which it was accepted is most likely in the producer's cache.
     */
    private static final int TASKS_PER_WAIT_LOOKED_AT = 16;

    final String name;
    final ChannelOptions options;
    private final Entrance<T, R> entrance;

    // Guarded by the lock; the volatile ones are also read without.

    private volatile int weight;
    private volatile Life life = Life.OPEN;
    private CloseReason closeReason = CloseReason.BY_HAND;

    private int callbacksOnTheirWay;

    /** What is left of a turn that steering has cut short, and what that turn had started. */
    private int suspendedStarts;

    private int suspendedDone;
    private @Nullable CompletableFuture<Void> terminated;
    private boolean left;

    /** The channel's places among the busiest; guarded by their index. */
    BusiestIndex.@Nullable Place places;

    /** Guarded by the room's lock: whether the channel stands in the queue for room in the scheduler. */
    boolean inRoomQueue;

    static <T, R extends @Nullable Object> DefaultChannel<T, R> of(
            DefaultFairScheduler<T, R> scheduler, String name, ChannelOptions options) {
        Backlog backlog = new Backlog(scheduler.rings); // before the channel: see the layout
        return new DefaultChannel<>(scheduler, name, options, backlog);
    }

    private DefaultChannel(DefaultFairScheduler<T, R> scheduler, String name, ChannelOptions options, Backlog backlog) {
        super(scheduler, backlog, options);
        this.name = name;
        this.options = options;
        this.weight = options.weight();
        this.lastActivity = scheduler.ticker.getAsLong();
        this.entrance = new Entrance<>(this);
    }

    // ---- putting in

    @Override
    public boolean offer(T task) {
        return entrance.offer(requireNonNull(task, "task"));
    }

    @Override
    public boolean offer(T task, Duration timeout) throws InterruptedException {
        requireNonNull(task, "task");
        return entrance.offer(task, TimeUnit.NANOSECONDS.convert(requireNonNull(timeout, "timeout")));
    }

    @Override
    public void put(T task) throws InterruptedException {
        entrance.put(requireNonNull(task, "task"));
    }

    @Override
    public TaskHandle<R> submit(T task, TaskOptions taskOptions) {
        requireNonNull(task, "task");
        requireNonNull(taskOptions, "options");
        SubmittedTask<T, R> handle = new SubmittedTask<>(this);
        TaskNode<T, R> node = scheduler.node(task, handle, taskOptions);
        handle.of(node);
        entrance.submit(task, node);
        return handle;
    }

    /** As {@code submit}, without a handle. */
    void execute(T task) {
        entrance.execute(task);
    }

    /** As {@code submit}, for a task that has its sink. */
    void submit(TaskNode<T, R> node) {
        entrance.submit(node.task, node);
    }

    /** There may be room in the scheduler for a producer that waits here. */
    void admitOne(After<T, R> after) {
        lock.lock();
        entrance.admitPutterInTurn(after);
        lock.unlock();
    }

    /** After tasks have stopped waiting. */
    private void roomFreed(int count, After<T, R> after) {
        if (scheduler.room == null) {
            entrance.admitNext(after);
            return;
        }
        if (putters != null) { // they wait for the channel's turn, behind the others that wait for the room
            scheduler.room.join(this);
        }
        after.admitAt(scheduler.room.release(count));
        if (backlog.head() == null) { // a channel with nothing waiting needs no turn
            entrance.admitPutter(after);
        }
    }

    /** A task was dropped to make room for another. The lock is held. */
    void countCancelledOnItsWay() {
        cancelled++;
        callbacksOnTheirWay++;
    }

    /** Runs the task in the current thread, unless the channel may not start any. */
    boolean runInCaller(TaskNode<T, R> node) {
        Inside.requireStack();
        Run<T, R> run = new Run<>(Thread.currentThread().getName(), false);
        run.thread = Thread.currentThread();
        lock.lock();
        boolean may = life == Life.OPEN && !paused && running < maxParallel;
        if (may) {
            long now = scheduler.ticker.getAsLong();
            node.acceptedNanos = now;
            intake.lock();
            intake.callerRuns++;
            intake.unlock();
            run.now = now;
            linkRun(run);
            run.channel = this;
            begin(run, node);
            noteWait(0);
        }
        lock.unlock();
        if (may) {
            scheduler.outcomes.accepted(this, node);
            scheduler.runInCaller(this, run, node);
        }
        return may;
    }

    // ---- starting and ending tasks

    /**
     * Whether a worker may start a task. The crew's lock is held too. Finding that nothing waits has a consequence: the next
     * producer will see to it that the channel waits for a turn again.
     */
    boolean isRunnable() {
        return !paused && running < maxParallel && life != Life.ENDED && !backlog.isEmptyThenSleep();
    }

    /**
     * Starts the next task in a new turn. The crew's lock and this one are held.
     *
     * @return the task or its node; null when all that waited had expired
     */
    @Nullable
    Object startTurn(Run<T, R> run, After<T, R> after) {
        run.turn = turn;
        run.startsLeft = (suspendedStarts > 0 ? Math.min(suspendedStarts, weight) : weight) - 1;
        run.startsDone = suspendedStarts > 0 ? suspendedDone + 1 : 1;
        run.used = 0;
        suspendedStarts = 0;
        Object item = startNext(run, after, true);
        if (item != null) {
            linkRun(run);
            run.channel = this;
        }
        return item;
    }

    /** The worker may start the channel's last waiting task, with the crew's lock, since the channel then waits for no turn. */
    static final Object LAST = new Object();

    /**
     * Ends the run's task, whose code has returned, and starts the channel's next one in the same turn when that has starts or
     * time left and nothing else keeps it from starting.
     *
     * @return the task or its node, {@link #LAST}, or null when the turn has ended
     */
    @Nullable
    Object continueTurn(Run<T, R> run, After<T, R> after) {
        lock.lock();
        try {
            end(run, after);
            if (!run.mayGoOn() || !maySteeringGoOn(run)) {
                return null;
            }
            if (linked && !backlog.hasAnother()) {
                return LAST;
            }
            return startNextOfTurn(run, after);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Other people's code has run in the thread of a run that had started its next task already: what it did to the interrupt
     * flag must neither reach that task nor be lost to it.
     */
    void restoreInterrupt(Run<T, R> run) {
        lock.lock();
        Thread.interrupted();
        boolean meant = run.interrupted;
        lock.unlock();
        if (meant) {
            Thread.currentThread().interrupt();
        }
    }

    /** As {@link #continueTurn}, after {@link #LAST}. The crew's lock and this one are held. */
    @Nullable
    Object continueTurnWithLast(Run<T, R> run, After<T, R> after) {
        return maySteeringGoOn(run) ? startNextOfTurn(run, after) : null;
    }

    private boolean maySteeringGoOn(Run<T, R> run) {
        return run.turn == turn && !paused && running <= maxParallel && !scheduler.crew.isOverLimit();
    }

    private @Nullable Object startNextOfTurn(Run<T, R> run, After<T, R> after) {
        Object item = startNext(run, after, run.startsDone % TASKS_PER_WAIT_LOOKED_AT == 0);
        if (item != null) {
            run.startsDone++;
            if (run.startsLeft > 0) {
                run.startsLeft--;
            }
        }
        return item;
    }

    /**
     * Takes the next task that has not expired; null when there is none.
     *
     * @param looksAtWait whether it is looked at how long the task has waited
     */
    private @Nullable Object startNext(Run<T, R> run, After<T, R> after, boolean looksAtWait) {
        int gone = 0;
        Object item = backlog.head();
        while (item != null && gone < MOST_EXPIRED_AT_ONCE && expires(item, after)) {
            backlog.take();
            gone++;
            item = backlog.head();
        }
        Object found = gone < MOST_EXPIRED_AT_ONCE ? item : null;
        if (found != null) {
            if (looksAtWait) {
                noteWait(run.now - backlog.headStamp());
            }
            begin(run, found);
            backlog.take();
            gone++;
        }
        if (backlog.isEmptyThenSleep()) {
            endTurn();
        }
        if (gone > 0 && (scheduler.room != null || putters != null)) {
            roomFreed(gone, after);
        }
        return found;
    }

    private boolean expires(Object item, After<T, R> after) {
        TaskNode<T, R> node = nodeOf(item);
        if (node == null || node.expiry == 0 || !node.isExpired(scheduler.ticker.getAsLong())) {
            return false;
        }
        node.state(TaskState.EXPIRED);
        expired++;
        callbacksOnTheirWay++;
        after.expired(this, node);
        return true;
    }

    private void endTurn() {
        turn++;
        suspendedStarts = 0;
    }

    /** Takes the run out when its turn has ended; whatever can still start waits for a turn of its own. */
    void detach(Run<T, R> run, After<T, R> after) {
        if (run.startsLeft > 0 && run.turn == turn) {
            suspendedDone = suspendedStarts > 0 ? suspendedDone : run.startsDone;
            suspendedStarts += run.startsLeft;
        }
        run.channel = null;
        unlinkRun(run);
        if (running == 0) {
            lastActivity = run.now;
        }
        checkEnded(after);
    }

    private void noteWait(long waited) {
        recentWait += (Math.max(0, waited) - recentWait) >> 3;
        if (recentWait >= noteWaitAt) {
            noteWaitAt = Long.highestOneBit(recentWait) * 2;
            scheduler.busiest.raise(this, TopBy.WAIT, recentWait);
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

        Backlog.Taken taken;
        boolean settledNow;
        scheduler.crew.lockWith(this);
        try {
            taken = takeAll();
            for (Run<T, R> run = mode == Sweep.DROP ? null : firstRun(); run != null; run = run.next) {
                boolean suppresses = mode != Sweep.HAND_BACK_LIKE_EXECUTOR || scheduler.commits(run.node);
                if (run.isIn(Run.Phase.COMMITTING)) {
                    committing++;
                } else if (run.isIn(Run.Phase.PROCESSING) && suppresses) {
                    suppressedNow++;
                    TaskNode<T, R> node = suppress(run);
                    if (node != null) {
                        suppressedNodes.add(node);
                    }
                }
                if (run.isIn(Run.Phase.SUPPRESSED)) {
                    run.settleLater(settlement);
                }
                if (mode.interrupts() && (run.isIn(Run.Phase.SUPPRESSED) || run.isIn(Run.Phase.PROCESSING))) {
                    toInterrupt.add(run);
                    run.interruptFollows();
                }
            }
            settledNow = settlement.running == 0;
            callbacksOnTheirWay++;
            if (taken.count > 0) {
                roomFreed(taken.count, after);
            }
            scheduler.crew.relinkLocked(this);
        } finally {
            lock.unlock();
            scheduler.crew.unlockAndWake();
        }

        interruptAll(toInterrupt);
        after.run();
        List<T> handedBack = new ArrayList<>();
        taken.forEach(item -> dropped(item, mode, handedBack));
        for (TaskNode<T, R> node : suppressedNodes) {
            scheduler.outcomes.suppressed(this, node);
        }
        if (settledNow) {
            settlement.settled.complete(null);
        }
        callbackArrived();
        return new Swept<>(
                new CancelReport(
                        name, taken.count, suppressedNow, committing, settlement.settled.minimalCompletionStage()),
                handedBack);
    }

    private Backlog.Taken takeAll() {
        intake.lock();
        try {
            Backlog.Taken taken = backlog.takeAll();
            intake.epoch++;
            cancelled += taken.count;
            endTurn();
            return taken;
        } finally {
            intake.unlock();
        }
    }

    private void interruptAll(List<Run<T, R>> toInterrupt) {
        for (Run<T, R> run : toInterrupt) {
            try {
                requireNonNull(run.thread).interrupt();
            } catch (Throwable thrown) { // a channel that is closed by the interrupt runs code of its own
                scheduler.interruptFailed(this, thrown);
            }
        }
        if (!toInterrupt.isEmpty()) {
            lock.lock();
            for (Run<T, R> run : toInterrupt) {
                run.interrupters--;
            }
            lock.unlock();
        }
    }

    @SuppressWarnings("unchecked") // what is not a node is a task
    private void dropped(Object item, Sweep mode, List<T> handedBack) {
        TaskNode<T, R> node = nodeOf(item);
        if (node != null) {
            node.state(TaskState.CANCELLED);
        }
        if (mode.handsBack()) {
            handedBack.add(node == null ? (T) item : node.task);
            scheduler.outcomes.handedBack(this, item);
        } else {
            scheduler.outcomes.dropped(this, item);
        }
    }

    /** Cancels one task; see {@link TaskHandle#cancel}. */
    boolean cancel(TaskNode<T, R> node, boolean interrupt) {
        After<T, R> after = new After<>(scheduler);
        List<Run<T, R>> toInterrupt = List.of();
        boolean wasWaiting = false;
        boolean wasRunning = false;
        lock.lock();
        Run<T, R> run = node.run;
        intake.lock();
        if (node.state() == TaskState.WAITING && node.epoch == intake.epoch) {
            wasWaiting = true;
            node.state(TaskState.CANCELLED);
            backlog.cancelled(node);
        }
        intake.unlock();
        if (wasWaiting) {
            countCancelledOnItsWay();
            if (backlog.isEmptyThenSleep()) {
                endTurn();
                after.relink(this);
            }
            roomFreed(1, after);
        } else if (run != null && run.node == node && !run.isIn(Run.Phase.IDLE)) {
            if (run.isIn(Run.Phase.PROCESSING)) {
                wasRunning = true;
                suppress(run);
                callbacksOnTheirWay++;
            }
            if (interrupt && run.isIn(Run.Phase.SUPPRESSED)) {
                run.interruptFollows();
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
            callbackArrived();
        }
        return wasWaiting || wasRunning;
    }

    /** What was counted as on its way to a handle or a listener has arrived. */
    void callbackArrived() {
        After<T, R> after = new After<>(scheduler);
        lock.lock();
        callbacksOnTheirWay--;
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
        steer(() -> {
            weight = newWeight; // a higher one holds from the next turn on, a lower one also ends turns earlier
            suspendedStarts = Math.min(suspendedStarts, Math.max(0, newWeight - suspendedDone));
            for (Run<T, R> run = firstRun(); run != null; run = run.next) {
                run.startsLeft = Math.min(run.startsLeft, Math.max(0, newWeight - run.startsDone));
            }
        });
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
        scheduler.crew.lockWith(this);
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
        int size = waiting();
        lock.unlock();
        return size;
    }

    private int waiting() {
        intake.lock();
        long waiting = backlog.waiting();
        intake.unlock();
        return Math.toIntExact(waiting);
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
            closeReason = reason;
            life = Life.CLOSED;
            intake.lock();
            intake.closed = true;
            entrance.refusePutters(after);
            intake.unlock();
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
        intake.lock();
        boolean waits = backlog.waiting() > 0 || putters != null;
        lastActivity = Math.max(lastActivity, intake.lastAccepted);
        boolean isIdle = !waits
                && running == 0
                && callbacksOnTheirWay == 0
                && now - lastActivity >= TimeUnit.NANOSECONDS.convert(timeout);
        if (isIdle) { // still with the intake's lock: no task comes in between; and at once: no draining is ever seen
            closeReason = CloseReason.IDLE;
            life = Life.ENDED;
            intake.closed = true;
            after.ended(this);
        }
        intake.unlock();
        lock.unlock();
        after.run();
    }

    private void checkEnded(After<T, R> after) {
        if (life == Life.CLOSED && running == 0 && callbacksOnTheirWay == 0 && waiting() == 0) {
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
        return isClosed() && closeReason == CloseReason.IDLE;
    }

    CloseReason closeReason() {
        return closeReason; // written before the channel was seen closed
    }

    @Override
    public CompletionStage<Void> terminated() {
        return terminatedFuture().minimalCompletionStage();
    }

    CompletableFuture<Void> terminatedFuture() {
        lock.lock();
        CompletableFuture<Void> future = terminated;
        boolean complete = left; // else whoever ends the channel completes it
        if (future == null) {
            future = new CompletableFuture<>();
            terminated = future;
        }
        lock.unlock();
        if (complete) {
            future.complete(null);
        }
        return future;
    }

    boolean hasSuspendedTurn() {
        return suspendedStarts > 0;
    }

    /** What the ended channel has done; what it refuses from now on is counted by the scheduler. */
    ChannelStats retire() {
        intake.lock();
        intake.retired = true;
        intake.unlock();
        return stats();
    }

    /** Takes the channel, which has ended, from the busiest. */
    void leave() {
        scheduler.busiest.remove(this);
    }

    /** Tells those who wait for the end, after the channel has left its scheduler. */
    void completeTerminated() {
        lock.lock();
        left = true;
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
        Intake intake = backlog.intake;
        lock.lock();
        intake.lock();
        int waiting = Math.toIntExact(backlog.waiting());
        long accepted = intake.appended + intake.callerRuns;
        long rejected = intake.rejected;
        long oldest = backlog.oldestStamp(now);
        intake.unlock();
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

    /**
     * What the channel is worth among the busiest, exactly, and where it stands from now on.
     */
    long value(TopBy by, long now) {
        Intake intake = backlog.intake;
        lock.lock();
        intake.lock();
        long oldest = backlog.oldestStamp(now);
        long waiting = backlog.waiting();
        long rejected = intake.rejected;
        long quiet = now - Math.max(lastActivity, intake.lastAccepted);
        long wait = Math.max(quiet > TimeUnit.MINUTES.toNanos(1) ? 0 : recentWait, now - oldest);
        if (by == TopBy.WAITING) {
            intake.noteAt = Intake.noteAfter(waiting);
        } else if (by == TopBy.WAIT) {
            noteWaitAt = Math.max(BusiestIndex.SMALLEST_WAIT, Long.highestOneBit(recentWait) * 2);
        }
        long value = switch (by) {
            case WAITING -> waiting;
            case WAIT -> wait;
            case REJECTED -> rejected;
        };
        scheduler.busiest.settle(
                this, by, value); // with the locks: a value that grows meanwhile raises the channel after this
        intake.unlock();
        lock.unlock();
        return value;
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
