package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.internal.BriefLock;
import dev.fairway.internal.WorkerThreads;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The workers of a scheduler, and the channels that wait for a turn.
 *
 * <p><b>Structure.</b> One lock guards the turn order and the count of each kind of worker. It is taken once a turn, not once a
 * task: within a turn a worker needs its channel's lock only. Each worker is <i>active</i> (has a turn), <i>searching</i> (is on
 * its way to a turn: just started, just woken, or spinning in the hope of one), or parked in {@code idle}.
 *
 * <p><b>Invariant</b>, whenever the lock is free: if a channel waits for a turn and fewer than {@code limit} workers are active,
 * somebody is searching. So whoever makes a channel wait for a turn, takes one, or stops searching wakes one worker when fewer
 * search than channels wait, and nobody when a few are on their way: the one that finds work wakes the next. Waking is what
 * costs, so it is never done twice for the same work.
 *
 * <p><b>Steering.</b> {@code workers(n)} and {@code pause()} must hold when they return, also against a worker that is between two
 * tasks of a turn. Such a worker looks at {@link #isOverLimit} and at the channel's state under the channel's lock; who steers
 * changes the state first, and then passes through the lock of each channel with an active worker.
 *
 * <p><b>Lock order.</b> The scheduler's registry, this lock, a channel's lock, then the room's or the index's.
 *
 * <p><b>Sources.</b> One searcher that wakes the next: Tokio's multi-thread scheduler ({@code idle.rs}). Producers that do not signal
 * while workers are spun up: Cassandra's {@code SharedExecutorPool}.
 */
final class Crew<T, R extends @Nullable Object> {
    /**
     * How long a worker spins at the most before it parks: about as long as it takes to wake one. It never yields: a worker that it
     * has just woken often waits for the same processor, and would get it only when this one parks.
     */
    private static final int MOST_SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 512 : 0;

    private static final int FEWEST_SPINS = Math.min(32, MOST_SPINS);

    /** Who was woken so soon would have done better to spin. */
    private static final long SHORT_PARK_NANOS = 50_000;

    /**
     * How many are on their way at a time: the next is woken by who has found something. On a small machine every one more than one takes a
     * processor from those that have work.
     */
    private static final int MOST_SEARCHING = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private final DefaultFairScheduler<T, R> scheduler;
    private final TurnOrder<DefaultChannel<T, R>> order;
    private final boolean byVirtualTime;
    private final boolean byRunTime;
    private final long turnNanos;
    private final boolean virtualThreads;
    final BriefLock lock = new BriefLock();

    // Guarded by the lock; the volatile ones are also read without.

    private final Set<Worker> workers = new LinkedHashSet<>();
    private final Set<Thread> threads = new LinkedHashSet<>();

    @Nullable
    Worker idle;

    private volatile int limit;
    int active;
    int searching;
    private int named;
    private boolean stopped;
    private boolean halted;
    private volatile int waitingChannels;
    private volatile boolean overLimit;
    private long lastTurn;
    private boolean hadTurn;

    Crew(DefaultFairScheduler<T, R> scheduler, SchedulerBuilder.Settings<T> settings) {
        this.scheduler = scheduler;
        this.byRunTime = settings.fairness() == Fairness.RUN_TIME;
        this.byVirtualTime = byRunTime || settings.cost() != null;
        this.order = byVirtualTime ? new TurnOrder.VirtualTime<>() : new TurnOrder.RoundRobin<>();
        this.turnNanos = settings.turnNanos();
        this.virtualThreads = settings.virtualThreads();
        this.limit = settings.workers();
    }

    void lock() {
        lock.lock();
    }

    /**
     * Takes the lock and the channel's. Whoever waits for a channel's lock does so without this one: its holder may have been
     * preempted, and must not hold up those who are at other channels.
     */
    void lockWith(DefaultChannel<T, R> channel) {
        lock.lock();
        while (!channel.lock.tryLock()) {
            lock.unlock();
            channel.lock.lock();
            channel.lock.unlock();
            lock.lock();
        }
    }

    /** Releases the lock and wakes a worker when there is work that nobody is on the way to. */
    void unlockAndWake() {
        Worker wake = workerToWake();
        lock.unlock();
        wake(wake);
    }

    /** Lets a channel wait for a turn, or no longer, as its state says. */
    void relink(DefaultChannel<T, R> channel) {
        lockWith(channel);
        relinkLocked(channel);
        channel.lock.unlock();
        unlockAndWake();
    }

    /** Both locks are held. */
    void relinkLocked(DefaultChannel<T, R> channel) {
        boolean runnable = channel.isRunnable();
        if (runnable == channel.linked) {
            return;
        }
        if (runnable && channel.hasSuspendedTurn()) {
            order.addFirst(channel);
        } else if (runnable) {
            order.add(channel);
        } else {
            order.remove(channel);
        }
        waitingChannels = order.size();
    }

    // ---- turns

    /**
     * Ends the worker's turn and waits for the next one.
     *
     * @return the task that has been started, or its node; null when the worker is no longer needed
     */
    private @Nullable Object nextTurn(Worker worker) {
        Run<T, R> run = worker.run;
        After<T, R> after = worker.after;
        boolean searched = false;
        if (!run.nowIsFresh) {
            run.now = scheduler.ticker.getAsLong();
        }
        run.nowIsFresh = false;
        DefaultChannel<T, R> left = run.channel;
        if (left != null) {
            lockWith(left);
            leave(left, run, after);
        } else {
            lock.lock();
            searching--; // just started
        }
        while (true) {
            Object item = takeTurn(run, after);
            if (item != null) {
                unlockAndWake();
                runAfterStart(run, after);
                return item;
            }
            if (after.isDirty()) {
                unlockAndWake();
                after.run();
                Thread.interrupted(); // other people's code has run
                run.now = scheduler.ticker.getAsLong();
                lock.lock();
            } else if (stopped || workers.size() > limit) {
                workers.remove(worker);
                lock.unlock();
                run.isQuick(false, scheduler.clock);
                return null;
            } else if (!searched && searching == 0 && active < limit) {
                searching++;
                lock.unlock();
                run.isQuick(false, scheduler.clock);
                worker.search();
                searched = true;
                run.now = scheduler.ticker.getAsLong();
                lock.lock();
                searching--;
            } else {
                run.isQuick(false, scheduler.clock);
                park(worker);
                searched = false;
                long parkedAt = run.now;
                run.now = scheduler.ticker.getAsLong();
                worker.learn(run.now - parkedAt);
                lock.lock();
                searching--;
            }
        }
    }

    /** Parks the worker until another has taken it from the idle ones, and counted it as searching. Releases the lock. */
    private void park(Worker worker) {
        worker.parked = true;
        worker.nextIdle = idle;
        idle = worker;
        lock.unlock();
        while (worker.parked) {
            LockSupport.park(this);
            Thread.interrupted(); // nobody's interrupt: no task runs here
        }
    }

    /** Starts the next task, if it may. The lock is held. Null when there is none, or when expired ones must be told first. */
    private @Nullable Object takeTurn(Run<T, R> run, After<T, R> after) {
        while (active < limit && !halted && !after.isDirty()) {
            DefaultChannel<T, R> channel = order.first();
            if (channel == null) {
                return null;
            }
            if (!channel.lock
                    .tryLock()) { // its turn it stays, else the others get ahead; but it is not waited for in here
                unlockAndWake();
                channel.lock.lock();
                channel.lock.unlock();
                lock.lock();
            } else {
                Object item = takeTurn(channel, run, after);
                if (item != null) {
                    return item;
                }
            }
        }
        return null;
    }

    /** The channel's lock is held too, and released. */
    private @Nullable Object takeTurn(DefaultChannel<T, R> channel, Run<T, R> run, After<T, R> after) {
        try {
            boolean runnable = channel.isRunnable();
            Object taken = runnable ? channel.startTurn(run, after) : null;
            if (runnable && taken == null) { // a turn that has only found expired tasks was one too
                order.served(channel, 0, channel.weight());
            } else if (taken != null) {
                active++;
                lastTurn = run.now;
                hadTurn = true;
                run.beginTurn(turnNanos, channel.weight(), byVirtualTime);
                if (byVirtualTime) {
                    run.charged = byRunTime ? estimate(channel) : run.used;
                }
                order.served(channel, run.charged, channel.weight());
            }
            relinkLocked(channel);
            return taken;
        } finally {
            channel.lock.unlock();
        }
    }

    /** The turn goes on with the channel's last task, after which the channel waits for no turn. */
    private @Nullable Object takeLast(DefaultChannel<T, R> channel, Run<T, R> run, After<T, R> after) {
        lockWith(channel);
        try {
            Object item = channel.continueTurnWithLast(run, after);
            relinkLocked(channel);
            return item;
        } finally {
            channel.lock.unlock();
            unlockAndWake();
        }
    }

    private double estimate(DefaultChannel<T, R> channel) {
        return channel.runEstimate() < 0 ? turnNanos : channel.runEstimate();
    }

    /** Other people's code, with the next task started already. */
    private void runAfterStart(Run<T, R> run, After<T, R> after) {
        if (after.isDirty()) {
            DefaultChannel<T, R> channel = requireNonNull(run.channel);
            after.run();
            channel.restoreInterrupt(run);
        }
    }

    /** The lock is held, and the channel's, which is released. */
    private void leave(DefaultChannel<T, R> channel, Run<T, R> run, After<T, R> after) {
        if (byVirtualTime) {
            double really = byRunTime ? run.now - run.turnStart : run.used;
            order.charge(channel, really - run.charged, channel.weight());
            if (byRunTime && run.tasksInTurn > 0) {
                channel.learnRunTime(really / run.tasksInTurn);
            }
        }
        channel.detach(run, after);
        if (channel.linked && channel.hasSuspendedTurn()) {
            order.remove(channel); // the turn goes on before the others'
        }
        relinkLocked(channel);
        channel.lock.unlock();
        active--;
        if (active == 0 && order.size() == 0) {
            order.rest();
        }
        if (overLimit && active <= limit && !halted) {
            overLimit = false;
        }
    }

    /** Ends a task that its caller has run. */
    void leaveCaller(Run<T, R> run, After<T, R> after) {
        DefaultChannel<T, R> channel = requireNonNull(run.channel);
        channel.endInCaller(run, after); // waits for interrupters, so without the crew's lock
        lockWith(channel);
        channel.detach(run, after);
        relinkLocked(channel);
        channel.lock.unlock();
        unlockAndWake();
    }

    boolean isOverLimit() {
        return overLimit;
    }

    // ---- workers

    int limit() {
        return limit;
    }

    void limit(int newLimit) {
        List<DefaultChannel<T, R>> inTurns;
        List<Worker> surplus = new ArrayList<>();
        lock.lock();
        limit = newLimit;
        overLimit = active > newLimit || halted;
        inTurns = channelsInTurns();
        for (int i = workers.size() - newLimit; i > 0 && idle != null; i--) {
            surplus.add(popIdle());
        }
        unlockAndWake();
        passThrough(inTurns);
        surplus.forEach(this::wake);
    }

    /** After this no worker starts a task any more. */
    void halt() {
        lock.lock();
        halted = true;
        overLimit = true;
        List<DefaultChannel<T, R>> inTurns = channelsInTurns();
        lock.unlock();
        passThrough(inTurns);
    }

    private List<DefaultChannel<T, R>> channelsInTurns() {
        List<DefaultChannel<T, R>> inTurns = new ArrayList<>();
        for (Worker worker : workers) {
            if (worker.run.channel != null) {
                inTurns.add(worker.run.channel);
            }
        }
        return inTurns;
    }

    /** Who has started before has started; who comes after sees what was changed before. */
    private void passThrough(List<DefaultChannel<T, R>> channels) {
        for (DefaultChannel<T, R> channel : channels) {
            channel.lock.lock();
            channel.lock.unlock();
        }
    }

    /** Lets all workers go as soon as they have no turn. */
    void stop() {
        List<Worker> parked = new ArrayList<>();
        lock.lock();
        stopped = true;
        while (idle != null) {
            parked.add(popIdle());
        }
        lock.unlock();
        parked.forEach(this::wake);
    }

    boolean hasNoWorkers() {
        lock.lock();
        boolean none = workers.isEmpty();
        lock.unlock();
        return none;
    }

    /** All threads that have not died. */
    List<Thread> threads() {
        lock.lock();
        try {
            threads.removeIf(thread -> thread.getState() == Thread.State.TERMINATED);
            return List.copyOf(threads);
        } finally {
            lock.unlock();
        }
    }

    private void register(Thread thread) {
        lock.lock();
        try {
            threads.removeIf(old -> old.getState() == Thread.State.TERMINATED);
            threads.add(thread);
        } finally {
            lock.unlock();
        }
    }

    /** The lock is held. Counts the worker as searching; it must be woken after the lock. */
    private @Nullable Worker workerToWake() {
        int wanted = Math.min(order.size(), MOST_SEARCHING);
        if (searching >= wanted || searching + active >= limit || halted) {
            return null;
        }
        if (idle != null) {
            return popIdle();
        }
        if (workers.size() >= limit) {
            return null; // all are on their way back from a turn
        }
        Worker worker = new Worker(scheduler.name() + "-worker-" + ++named);
        workers.add(worker);
        searching++;
        return worker;
    }

    private Worker popIdle() {
        Worker worker = requireNonNull(idle);
        idle = worker.nextIdle;
        worker.nextIdle = null;
        searching++;
        return worker;
    }

    private void wake(@Nullable Worker worker) {
        if (worker == null) {
            return;
        }
        if (worker.parked) {
            worker.parked = false;
            LockSupport.unpark(worker.run.thread);
            return;
        }
        try {
            Thread thread = WorkerThreads.newThread(worker.run.name, worker, virtualThreads);
            worker.run.thread = thread;
            register(thread);
            thread.start();
        } catch (Throwable failure) {
            lock.lock();
            searching--;
            workers.remove(worker);
            lock.unlock();
            scheduler.workerDidNotStart(failure);
            scheduler.workerEnded();
        }
    }

    // ---- seen from outside

    int active() {
        lock.lock();
        int now = active;
        lock.unlock();
        return now;
    }

    int waitingChannels() {
        return waitingChannels;
    }

    /** Nanoseconds since a worker last took a turn; 0 before the first. */
    long sinceLastTurn(long now) {
        lock.lock();
        long since = hadTurn ? Math.max(0, now - lastTurn) : 0;
        lock.unlock();
        return since;
    }

    /** The first channels that wait for a turn, for a sample. */
    List<DefaultChannel<T, R>> sample(int most) {
        List<DefaultChannel<T, R>> sample = new ArrayList<>();
        lock.lock();
        order.sample(most, sample::add);
        lock.unlock();
        return sample;
    }

    /** One worker: a thread, and its run. */
    final class Worker implements Runnable {
        final Run<T, R> run;
        final After<T, R> after = new After<>(scheduler);

        /** Set under the crew's lock, cleared by whoever wakes. */
        volatile boolean parked;

        /** Guarded by the crew's lock. */
        @Nullable
        Worker nextIdle;

        private int spins = FEWEST_SPINS;

        Worker(String name) {
            run = new Run<>(name, true);
        }

        @Override
        public void run() {
            Inside.enter(scheduler, run);
            boolean more = true;
            while (more) {
                more = work(nextTurn(this)); // kept in no variable here: a worker that sleeps keeps no task
            }
            scheduler.workerEnded();
        }

        /** Runs the tasks of a turn; false when there is none, and the worker is no longer needed. */
        private boolean work(@Nullable Object first) {
            if (first == null) {
                return false;
            }
            DefaultChannel<T, R> channel = requireNonNull(run.channel);
            boolean readEachTime = scheduler.readsClockForEachTask();
            for (Object item = first; item != null; item = next(channel)) {
                try {
                    scheduler.outcomes.run(channel, run, item);
                } catch (Throwable failure) {
                    scheduler.workerFailed(channel, run, failure);
                }
                run.taskDone(scheduler.ticker, scheduler.clock, readEachTime);
            }
            return true;
        }

        private @Nullable Object next(DefaultChannel<T, R> channel) {
            Object item = channel.continueTurn(run, after);
            if (item == DefaultChannel.LAST) {
                item = takeLast(channel, run, after);
            }
            if (item != null) {
                runAfterStart(run, after);
            }
            return item;
        }

        /** Spins for a while. */
        void search() {
            for (int i = 0; i < spins && waitingChannels == 0; i++) {
                Thread.onSpinWait();
            }
        }

        /** Learns from how long it was parked how long to spin. */
        void learn(long parkedNanos) {
            spins = parkedNanos < SHORT_PARK_NANOS
                    ? Math.min(MOST_SPINS, spins * 2)
                    : Math.max(FEWEST_SPINS, spins / 2);
        }
    }
}
