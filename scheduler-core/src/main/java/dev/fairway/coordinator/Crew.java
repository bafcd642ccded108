package dev.fairway.coordinator;

import dev.fairway.internal.WorkerThreads;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The threads of a coordinator. Any of them runs any worker; there are as many as workers were busy at once of late, and they go when
 * they have had nothing to do for some seconds.
 *
 * <p><b>Invariant</b>, whenever the coordinator's lock is free: if a worker waits for a thread, or an errand for somebody, somebody is searching (just started,
 * just woken, or spinning in the hope of work). The one that finds work wakes the next, so nobody is woken twice for the same work,
 * and nobody while somebody spins. A thread that runs a task is not searching, however short the task.
 */
final class Crew<T, R extends @Nullable Object> {
    /**
     * How long a thread spins at the most before it parks: about as long as it takes to wake one. It never yields: a thread that it has just
     * woken often waits for the same processor, and would get it only when this one parks.
     */
    private static final int MOST_SPINS = Runtime.getRuntime().availableProcessors() > 1 ? 512 : 0;

    private static final int FEWEST_SPINS = Math.min(32, MOST_SPINS);

    /** Who was woken so soon would have done better to spin. */
    private static final long SHORT_PARK_NANOS = 50_000;

    private static final long KEEP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final DefaultCoordinator<T, R> coordinator;
    private final String name;
    private final boolean virtualThreads;

    // Guarded by the coordinator's lock.

    private final Set<Thread> threads = new LinkedHashSet<>();
    private @Nullable Runner parked;
    private int searching;
    private long named;

    /** What a thread that must not be held up leaves to the crew: see {@link Watch}. */
    private final ArrayDeque<Aftermath> errands = new ArrayDeque<>();

    /** Tells who spins that there is work; written under the lock. */
    private volatile boolean work;

    Crew(DefaultCoordinator<T, R> coordinator, CoordinatorSettings<T> settings) {
        this.coordinator = coordinator;
        this.name = settings.name();
        this.virtualThreads = settings.virtualThreads();
    }

    /** Who must be woken after the lock, to start what waits for a thread. The lock is held. */
    @Nullable
    Runner toWake() {
        if (!coordinator.dispatch.hasStarts() && errands.isEmpty()) {
            return null;
        }
        if (searching > 0) {
            if (!work) {
                work = true;
            }
            return null;
        }
        searching++;
        Runner runner = parked;
        if (runner != null) {
            unpark(runner);
            return runner;
        }
        runner = new Runner();
        Thread thread = WorkerThreads.newThread(name + "-" + ++named, runner, virtualThreads);
        runner.thread = thread;
        threads.add(thread);
        return runner;
    }

    /** The lock is held. */
    void add(Aftermath errand) {
        errands.add(errand);
    }

    /** Takes the runner from those that are parked. The lock is held; it must be woken after it. */
    private void unpark(Runner runner) {
        if (runner.below != null) {
            runner.below.above = runner.above;
        }
        if (runner.above != null) {
            runner.above.below = runner.below;
        } else {
            parked = runner.below;
        }
        runner.above = null;
        runner.below = null;
        runner.isParked = false;
    }

    /** To be called under no lock. */
    void wake(@Nullable Runner runner) {
        if (runner == null) {
            return;
        }
        Thread thread = runner.thread;
        if (runner.isStarted) {
            LockSupport.unpark(thread);
            return;
        }
        runner.isStarted = true;
        try {
            thread.start();
        } catch (Throwable failure) {
            coordinator.lock.lock();
            searching--;
            threads.remove(thread);
            coordinator.lock.unlock();
            coordinator.threadDidNotStart(failure);
        }
    }

    /** All that are parked, to be woken after the lock. The lock is held. */
    List<Runner> allParked() {
        List<Runner> all = new ArrayList<>();
        for (Runner runner = parked; runner != null; runner = parked) {
            unpark(runner);
            searching++;
            all.add(runner);
        }
        return all;
    }

    /** Whether somebody is about to look for work. The lock is held. */
    boolean isSearching() {
        return searching > 0;
    }

    /** The lock is held. */
    boolean isEmpty() {
        return threads.isEmpty();
    }

    /** The lock is held. */
    int size() {
        return threads.size();
    }

    /** The lock is held. */
    List<Thread> threads() {
        return List.copyOf(threads);
    }

    /** One thread. */
    final class Runner implements Runnable {
        /** Set before the runner is woken for the first time. */
        @SuppressWarnings("NullAway.Init")
        Thread thread;

        /** Owned by who wakes it. */
        boolean isStarted;

        // Guarded by the coordinator's lock.

        private @Nullable Runner above;
        private @Nullable Runner below;
        private volatile boolean isParked;

        private int spins = FEWEST_SPINS;

        // Owned by the thread.

        private long now;

        /** Young as long as tasks come in hands, as these are; see {@link Pile}. */
        @SuppressWarnings("NullAway.Init")
        private Inside inside;

        private @Nullable Hand<T, R> hand;

        @Override
        public void run() {
            inside = Inside.enter(coordinator);
            now = coordinator.ticker.getAsLong();
            coordinator.lock.lock();
            searching--;
            boolean more = true;
            while (more) {
                more = work(next()); // kept in no variable here: a thread that sleeps keeps no task
            }
            coordinator.threadEnded();
        }

        /** Runs a task, and what is in hand behind it, and leaves the lock held; false when there is none. */
        private boolean work(@Nullable Task<T, R> first) {
            if (first == null) {
                return false;
            }
            Task<T, R> task = first;
            for (Task<T, R> next = task; next != null; next = run(task)) {
                task = next;
            }
            now = task.isFresh ? task.endedAt : coordinator.ticker.getAsLong();
            coordinator.endOutermost(task, hand, now);
            hand = null;
            return true;
        }

        /** Runs a task; returns the next one in hand, or null after the last. */
        private @Nullable Task<T, R> run(Task<T, R> task) {
            Hand<T, R> others = hand;
            if (others == null || !others.hasNext()) {
                coordinator.runs.run(task, inside, false);
                return null;
            }
            if (!coordinator.runs.run(task, inside, true)) {
                return null;
            }
            Thread.interrupted(); // the flag is not for the next task; from the claim on it may be for that
            Task<T, R> next = others.next();
            if (next == null) {
                task.endedAt = coordinator.ticker.getAsLong();
                task.isFresh = true;
            }
            return next;
        }

        /**
         * Waits for the next task. To be called with the lock held, and returns without.
         *
         * @return null when the thread is no longer needed; it is then no longer one of the crew
         */
        private @Nullable Task<T, R> next() {
            Dispatch<T, R> dispatch = coordinator.dispatch;
            boolean searched = false;
            while (true) {
                if (!dispatch.hasStarts()) {
                    coordinator.drain(now);
                }
                Task<T, R> task = dispatch.take(thread, now);
                if (task != null) {
                    hand = coordinator.deal(task, now);
                    coordinator.unlock(now);
                    if (hand != null) {
                        inside = inside.renew();
                    }
                    return task;
                }
                Aftermath errand = errands.poll();
                if (errand != null) {
                    coordinator.unlock(now);
                    coordinator.callOthers(errand);
                    Thread.interrupted();
                    now = coordinator.ticker.getAsLong();
                    coordinator.lock.lock();
                    coordinator.hasCalledBack();
                    continue;
                }
                if (coordinator.isOver()) {
                    threads.remove(thread);
                    coordinator.unlock(now);
                    return null;
                }
                if (!searched && searching == 0) {
                    searching++;
                    work = false;
                    coordinator.unlock(now);
                    search();
                    searched = true;
                } else {
                    park();
                    coordinator.unlock(now);
                    if (!awaitWork()) {
                        return null;
                    }
                    searched = false;
                }
                Thread.interrupted(); // nobody's: no task runs here
                now = coordinator.ticker.getAsLong();
                coordinator.lock.lock();
                searching--;
            }
        }

        /** Spins for a while. */
        private void search() {
            for (int i = 0; i < spins; i++) {
                if (work || coordinator.hasTasksLeft()) {
                    return;
                }
                Thread.onSpinWait();
            }
        }

        /** The lock is held. */
        private void park() {
            isParked = true;
            below = parked;
            if (below != null) {
                below.above = this;
            }
            parked = this;
        }

        /** Learns how long to spin. False when nobody has woken it for long, and it is no longer one of the crew. */
        private boolean awaitWork() {
            long start = System.nanoTime();
            long end = start + KEEP_NANOS;
            while (isParked) {
                long left = end - System.nanoTime();
                if (left > 0) {
                    LockSupport.parkNanos(this, left);
                    Thread.interrupted();
                    continue;
                }
                coordinator.lock.lock();
                boolean over = isParked;
                if (over) {
                    unpark(this);
                    threads.remove(thread);
                }
                coordinator.lock.unlock();
                if (over) {
                    return false;
                }
            }
            boolean wasShort = System.nanoTime() - start < SHORT_PARK_NANOS;
            spins = wasShort ? Math.min(MOST_SPINS, spins * 2) : Math.max(FEWEST_SPINS, spins / 2);
            return true;
        }
    }
}
