package dev.fairway.scheduler;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One thread's running of a channel's tasks, one after the other. A worker has one for its life; a caller that runs its own task
 * has one for that task.
 *
 * <pre>
 * IDLE ──> PROCESSING ──> COMMITTING ──> DECIDED ──> IDLE
 *             │  └──────────────────────────^
 *             └──> SUPPRESSED ──────────────────────> IDLE
 * </pre>
 *
 * All transitions happen under the channel's lock. A task leaves PROCESSING once, so it is suppressed or it commits, never both.
 */
final class Run<T, R extends @Nullable Object> {
    private static final int UNREAD_TASKS = 8;

    enum Phase {
        /** Between two tasks, or without a channel. */
        IDLE(0),
        /** The process phase runs; a cancel may still take the task. */
        PROCESSING(1),
        /** Its commit has begun. */
        COMMITTING(2),
        /** Its outcome is counted; its dependents may still run. */
        DECIDED(3),
        /** It was cancelled; its code still runs. */
        SUPPRESSED(4);

        private final int number;

        Phase(int number) {
            this.number = number;
        }
    }

    final String name;
    final boolean isWorker;

    /** Set by the running thread before its first task. */
    volatile @Nullable Thread thread;

    // Guarded by the lock of the channel, and to change the channel itself by the crew's lock as well.

    @Nullable
    DefaultChannel<T, R> channel;

    @Nullable
    Run<T, R> previous;

    @Nullable
    Run<T, R> next;

    /** The number of a {@link Phase}: each task changes it, and a reference would cost as much as at {@link #node}. */
    private int phase = Phase.IDLE.number;

    /**
     * The task's node; null for a bare task, which only the running thread has at hand: to store a reference here for each task would cost
     * as much as to start it, with collectors that want to know of each.
     */
    @Nullable
    TaskNode<T, R> node;

    /** How many threads are about to interrupt this one for the current task. */
    int interrupters;

    /** Whether one of them has. */
    boolean interrupted;

    /** The cancels that wait until this run has left its suppressed task. */
    @Nullable
    List<Settlement> settlements;

    /** The channel's turn number when this run's turn began: when it has changed, the turn has ended. */
    int turn;

    /** How many tasks the turn has started. */
    int startsDone;

    /** How many more tasks the turn may start whatever they take. */
    int startsLeft;

    // Owned by the running thread.

    double charged;
    double used;
    long turnStart;
    long turnNanos;
    int tasksInTurn;
    int tasksToNextReading;
    long now;
    boolean timeLeft;

    private boolean quick;

    /** Whether {@link #now} was read after the last task. */
    boolean nowIsFresh;

    Run(String name, boolean isWorker) {
        this.name = name;
        this.isWorker = isWorker;
    }

    boolean isIn(Phase asked) {
        return phase == asked.number;
    }

    void enter(Phase entered) {
        phase = entered.number;
    }

    /** A turn begins, at {@link #now}. Where channels are charged what they use, a turn is one task and what time is left. */
    void beginTurn(long turn, int weight, boolean oneTask) {
        turnStart = now;
        turnNanos = turn > Long.MAX_VALUE / weight ? Long.MAX_VALUE : turn * weight;
        tasksInTurn = 0;
        tasksToNextReading = 1;
        timeLeft = turn > 0;
        if (oneTask) {
            startsLeft = 0;
        }
    }

    /**
     * A task has returned. Reading the clock costs more than an empty task, so once eight more fit into what is left of the turn
     * it is read after the eighth.
     */
    void taskDone(LongSupplier ticker, SharedClock shared, boolean readEachTime) {
        tasksInTurn++;
        nowIsFresh = false;
        if (--tasksToNextReading > 0) {
            return;
        }
        tasksToNextReading = 1;
        if (turnNanos == 0 && !readEachTime) {
            return;
        }
        now = ticker.getAsLong();
        nowIsFresh = true;
        long elapsed = now - turnStart;
        long left = turnNanos - elapsed;
        timeLeft = left > 0 && elapsed / tasksInTurn * 2 <= turnNanos; // longer ones need no company
        if (elapsed / tasksInTurn * UNREAD_TASKS <= left) {
            tasksToNextReading = readEachTime ? 1 : UNREAD_TASKS;
            isQuick(true, shared);
            shared.read(now);
        } else if (elapsed > turnNanos) {
            isQuick(false, shared);
        }
    }

    /** Says whether the others may use this worker's clock readings. */
    void isQuick(boolean quick, SharedClock shared) {
        if (quick != this.quick) {
            this.quick = quick;
            if (quick) {
                shared.workerIsQuick();
            } else {
                shared.workerIsNotQuick();
            }
        }
    }

    boolean mayGoOn() {
        return startsLeft > 0 || timeLeft;
    }

    /** Somebody is about to interrupt the thread; who does must count {@link #interrupters} down afterwards. */
    void interruptFollows() {
        interrupters++;
        interrupted = true;
    }

    void settleLater(Settlement settlement) {
        if (settlements == null) {
            settlements = new ArrayList<>(1);
        }
        settlements.add(settlement);
        settlement.running++;
    }

    /** The runs that one cancel waits for; the count is guarded by the channel's lock. */
    static final class Settlement {
        final CompletableFuture<Void> settled = new CompletableFuture<>();
        int running;
    }
}
