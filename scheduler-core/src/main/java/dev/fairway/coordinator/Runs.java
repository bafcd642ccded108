package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import dev.fairway.Completed;
import dev.fairway.ContextPropagator;
import dev.fairway.RejectedTaskException;
import dev.fairway.TaskFailedException;
import dev.fairway.TaskPhase;
import dev.fairway.TaskState;
import dev.fairway.internal.Failures;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs tasks, and tells handles and listeners what became of them. Never called under the lock; nothing thrown comes out. */
final class Runs<T, R extends @Nullable Object> {
    private static final ContextPropagator.Scope NO_SCOPE = () -> {};

    private final DefaultCoordinator<T, R> coordinator;
    private final Listeners<T> listeners;
    private final boolean listened;
    private final Predicate<? super Throwable> failureIf;
    private final Failures failures = new Failures("dev.fairway.coordinator");

    Runs(DefaultCoordinator<T, R> coordinator, CoordinatorSettings<T> settings) {
        this.coordinator = coordinator;
        this.listeners = new Listeners<>(settings.name(), settings.listeners());
        this.listened = settings.areTasksListened();
        this.failureIf = settings.failureIf();
    }

    /**
     * Runs a task that has been started on this thread.
     *
     * @param mayGoOn whether the thread has another task in hand
     * @return whether it may start that at once; {@link Task#endedAt} is not known then
     */
    boolean run(Task<T, R> task, Inside inside, boolean mayGoOn) {
        Task<?, ?> below = inside.task;
        inside.task = task;
        inside.depth++;
        try {
            return runInside(task, requireNonNull(task.worker).name, mayGoOn);
        } catch (Throwable failure) { // not the task's own code
            task.endedAt = coordinator.ticker.getAsLong();
            giveUp(task, failure);
            return false;
        } finally {
            inside.depth--;
            inside.task = below;
        }
    }

    private boolean runInside(Task<T, R> task, String worker, boolean mayGoOn) {
        if (listened) {
            announce(task, true);
            tell(CoordinatorListener::started, task, worker, 0, null);
        }
        Completed<R> completed;
        try {
            completed = new Completed<>(process(task), worker);
        } catch (Throwable thrown) {
            task.endedAt = coordinator.ticker.getAsLong();
            task.countsAsFailure = countsAsFailure(thrown);
            failed(task, worker, thrown);
            return false;
        }
        if (mayGoOn && !task.isHeard()) {
            if (task.decide(TaskState.COMPLETED) && !task.end(completed)) {
                return true;
            }
            task.endedAt = coordinator.ticker.getAsLong();
            return false;
        }
        task.endedAt = coordinator.ticker.getAsLong();
        if (task.decide(TaskState.COMPLETED)) {
            task.isFresh = !task.end(completed) && !listened;
            if (listened) {
                tell(CoordinatorListener::completed, task, worker, task.endedAt, null);
            }
        }
        return false;
    }

    private R process(Task<T, R> task) throws Exception {
        WorkerFunction<? super T, ? extends R> function = requireNonNull(task.function);
        ContextPropagator.Scope scope = task.context == null ? NO_SCOPE : task.context.restore();
        try {
            return function.process(task.input);
        } finally {
            scope.close();
        }
    }

    private boolean countsAsFailure(Throwable thrown) {
        try {
            return failureIf.test(thrown);
        } catch (Throwable broken) {
            failures.log(() -> "failureIf of coordinator '" + coordinator.name() + "' threw", broken);
            return true;
        }
    }

    private void failed(Task<T, R> task, String worker, Throwable thrown) {
        if (task.decide(TaskState.FAILED)) {
            TaskFailedException failure = failure(worker, Failures.describe(thrown), thrown);
            task.end(failure);
            if (listened) {
                tell(CoordinatorListener::failed, task, worker, task.endedAt, failure);
            }
        }
    }

    private TaskFailedException failure(String worker, String what, Throwable thrown) {
        return new TaskFailedException(
                "task of worker '" + worker + "' in coordinator '" + coordinator.name() + "' failed: " + what,
                TaskPhase.PROCESS,
                thrown);
    }

    private void giveUp(Task<T, R> task, Throwable failure) {
        try {
            if (task.decide(TaskState.FAILED) || !task.hasEnded()) {
                task.end(new TaskFailedException("a task was given up", TaskPhase.PROCESS, failure));
            }
        } catch (Throwable second) {
            failure.addSuppressed(second);
        }
        failures.log(() -> "coordinator '" + coordinator.name() + "' failed at a task", failure);
    }

    void accepted(Task<T, R> task) {
        if (listened) {
            announce(task, false);
        }
    }

    void rejected(T task, Affinity affinity, RejectedTaskException refusal) {
        if (listened) {
            long now = coordinator.ticker.getAsLong();
            CoordinatorEvent<T> event = new CoordinatorEvent<>(task, affinity, null, now, 0, now, refusal, null);
            callBack(() -> listeners.tell(CoordinatorListener::rejected, event));
        }
    }

    /** The worker that the task requires is not there. The handle has ended quietly, here and below. */
    void refused(Task<T, R> task) {
        callBack(task::tellOfEnd);
        if (listened) {
            announce(task, false);
            tell(CoordinatorListener::failed, task, null, coordinator.ticker.getAsLong(), task.failure());
        }
    }

    TaskFailedException timeout(Task<T, R> task, String worker) {
        String what = "it took longer than " + Duration.ofNanos(task.timeoutNanos);
        return failure(worker, what, new TimeoutException(what));
    }

    void timedOut(Task<T, R> task, String worker, TaskFailedException failure) {
        callBack(task::tellOfEnd);
        if (listened) {
            tell(CoordinatorListener::failed, task, worker, coordinator.ticker.getAsLong(), failure);
        }
    }

    CancellationException cancellation(@Nullable String worker) {
        String where = worker == null ? "" : " of worker '" + worker + "'";
        return new CancellationException("task" + where + " in coordinator '" + coordinator.name() + "' was cancelled");
    }

    void cancelled(Task<T, R> task, @Nullable String worker) {
        callBack(task::tellOfEnd);
        if (listened) {
            announce(task, false);
            tell(CoordinatorListener::cancelled, task, worker, coordinator.ticker.getAsLong(), null);
        }
    }

    void worker(Consumer<CoordinatorListener<T>> call) {
        callBack(() -> listeners.tell(call));
    }

    /** {@return whether somebody listens} */
    boolean isListened() {
        return !listeners.isEmpty();
    }

    /** {@return whether somebody listens to what happens to tasks} */
    boolean areTasksListened() {
        return listened;
    }

    /** Runs other people's code. */
    void callBack(Runnable code) {
        Inside inside = Inside.of(coordinator) != null ? null : Inside.enter(coordinator);
        try {
            code.run();
        } catch (Throwable thrown) {
            failures.log(() -> "a callback of coordinator '" + coordinator.name() + "' threw", thrown);
        } finally {
            if (inside != null) {
                inside.leave();
            }
        }
    }

    private void announce(Task<T, R> task, boolean wait) {
        Listeners.Announcement announcement = task.announcement;
        if (announcement != null) {
            announcement.tell(
                    () -> {
                        CoordinatorEvent<T> event = new CoordinatorEvent<>(
                                task.input, task.affinity, null, task.acceptedAt, 0, 0, null, task.context);
                        callBack(() -> listeners.tell(CoordinatorListener::accepted, event));
                    },
                    wait);
        }
    }

    private void tell(
            BiConsumer<CoordinatorListener<T>, CoordinatorEvent<T>> method,
            Task<T, R> task,
            @Nullable String worker,
            long endedAt,
            @Nullable Throwable failure) {
        CoordinatorEvent<T> event = new CoordinatorEvent<>(
                task.input,
                task.affinity,
                worker,
                task.acceptedAt,
                worker == null ? 0 : task.startedAt,
                endedAt,
                failure,
                task.context);
        callBack(() -> listeners.tell(method, event));
    }
}
