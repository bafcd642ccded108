package dev.fairway.scheduler;

import dev.fairway.TaskState;
import dev.fairway.internal.BriefLock;
import org.jspecify.annotations.Nullable;

/**
 * The runs that are at a channel's tasks now, what became of those that were started, and what else workers look at for each. A
 * base class and not a part, to cost an idle channel nothing; everything mutable is guarded by {@link #lock}, and who calls holds it
 * unless it says otherwise. The order of the fields is that of {@link ChannelParts}.
 */
abstract class ChannelRuns<T, R extends @Nullable Object> extends TurnMember {
    // Written for each task.

    long started;
    long completed;

    /** A running mean of how long tasks have waited, in nanoseconds. */
    long recentWait;

    long failed;
    long cancelled;
    long suppressed;
    long expired;

    // Changed once a turn, or by steering. The volatile ones are also read without the lock.

    private @Nullable Run<T, R> runs;

    /** How many runs there are: tasks that were started and whose code has not returned. */
    int running;

    volatile int maxParallel;
    volatile boolean paused;

    /** The number of the present turn: see {@link Run#turn}. */
    int turn;

    /** The mean wait from which on the channel stands too low among the busiest. */
    long noteWaitAt = BusiestIndex.SMALLEST_WAIT;

    /** What a task costs in time, as a running mean in nanoseconds; negative when nothing is known. */
    double runEstimate = -1;

    /** When the last run ended its turn, or the channel was opened. */
    long lastActivity;

    final BriefLock lock;

    ChannelRuns(BriefLock lock, int maxParallel) {
        this.lock = lock;
        this.maxParallel = maxParallel;
    }

    final @Nullable Run<T, R> firstRun() {
        return runs;
    }

    /** A run begins its turn at the channel. */
    final void linkRun(Run<T, R> run) {
        run.previous = null;
        run.next = runs;
        if (runs != null) {
            runs.previous = run;
        }
        runs = run;
        running++;
    }

    /** A run has ended its turn at the channel. */
    final void unlinkRun(Run<T, R> run) {
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
        running--;
    }

    /** From IDLE to PROCESSING. */
    final void begin(Run<T, R> run, Object item) {
        started++;
        run.enter(Run.Phase.PROCESSING);
        TaskNode<T, R> node = nodeOf(item);
        if (node != null) {
            run.node = node;
            node.run = run;
            node.startedNanos = run.now;
            node.state(TaskState.PROCESSING);
            run.used += node.cost;
        }
    }

    /** From PROCESSING to SUPPRESSED; returns the task's node when it has one. */
    final @Nullable TaskNode<T, R> suppress(Run<T, R> run) {
        suppressed++;
        run.enter(Run.Phase.SUPPRESSED);
        TaskNode<T, R> node = run.node;
        if (node != null) {
            node.state(TaskState.CANCELLED);
        }
        return node;
    }

    /** From PROCESSING to COMMITTING; false when the task was cancelled before. Takes the lock. */
    final boolean beginCommit(Run<T, R> run) {
        lock.lock();
        boolean may = run.isIn(Run.Phase.PROCESSING);
        if (may) {
            run.enter(Run.Phase.COMMITTING);
            if (run.node != null) {
                run.node.state(TaskState.COMMITTING);
            }
        }
        awaitInterrupters(run);
        lock.unlock();
        return may;
    }

    /** Counts the outcome of a task that was not cancelled before; false when it was. Takes the lock. */
    final boolean decide(Run<T, R> run, boolean success) {
        lock.lock();
        final boolean decides = run.isIn(Run.Phase.PROCESSING) || run.isIn(Run.Phase.COMMITTING);
        if (decides) {
            run.enter(Run.Phase.DECIDED);
            if (success) {
                completed++;
            } else {
                failed++;
            }
            if (run.node != null) {
                run.node.state(success ? TaskState.COMPLETED : TaskState.FAILED);
            }
        }
        lock.unlock();
        return decides;
    }

    /** As {@link #end(Run, After)}, for a caller's own run. Takes the lock. */
    final void endInCaller(Run<T, R> run, After<T, R> after) {
        lock.lock();
        end(run, after);
        lock.unlock();
    }

    /** The code of the run's task has returned. What was not decided yet has completed: see {@link Outcomes#run}. */
    final void end(Run<T, R> run, After<T, R> after) {
        if (run.isIn(Run.Phase.PROCESSING)) {
            completed++;
        }
        run.enter(Run.Phase.IDLE);
        if (run.node != null) {
            run.node = null;
        }
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

    @SuppressWarnings("unchecked") // the backlog and the runs hold tasks and nodes of this channel
    static <T, R extends @Nullable Object> @Nullable TaskNode<T, R> nodeOf(@Nullable Object item) {
        return item instanceof TaskNode<?, ?> node ? (TaskNode<T, R>) node : null;
    }
}
