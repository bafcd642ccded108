package dev.fairway.coordinator;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Workers whose tasks wait for other tasks. Guarded by the coordinator's lock, as all of {@link Dispatch}.
 *
 * <p>A worker that waits has one edge, to who must be done with something first: who runs what it waits for, or in whose queue that is
 * ({@link #holder}). So a circle is found by following the edges from the worker that is about to wait, and there is none before. It is
 * opened where a task of it can run on top of the very task that holds it up, since that submitted it, directly or by way of calls that
 * still run; else where a task that only prefers its worker can go elsewhere. Otherwise the wait is refused.
 *
 * <p>An edge may also move: a task that somebody waits for loses its place, or comes to a worker that waits itself. Who moves it
 * looks ({@link Dispatch#spill}, {@link #closesCircle}).
 */
final class Waits<T, R extends @Nullable Object> {
    private final Dispatch<T, R> dispatch;

    Waits(Dispatch<T, R> dispatch) {
        this.dispatch = dispatch;
    }

    /**
     * A worker's thread waits, or still waits, for a task.
     *
     * @return a task that it must run first, out of all lists; null when it may sleep
     * @throws IllegalStateException when the wait could never end
     */
    @Nullable
    Task<T, R> await(Worker<T, R> me, Task<T, R> task, long now) {
        me.stopWaiting();
        Task<T, R> call = me.calls.first();
        if (call == null) {
            call = serve(me, task, now);
        } else {
            dispatch.delist(call);
        }
        if (call == null) {
            me.waitFor(task);
        }
        return call;
    }

    private @Nullable Task<T, R> serve(Worker<T, R> me, Task<T, R> task, long now) {
        if (dispatch.isCommon(task)) {
            dispatch.delist(task);
            return giveOrReturn(task, now);
        }
        if (task.list == me.queue) {
            dispatch.delist(task);
            return task;
        }
        List<Task<T, R>> circle = circle(me, task);
        return circle.isEmpty() ? null : open(me, circle, now);
    }

    private @Nullable Task<T, R> giveOrReturn(Task<T, R> task, long now) {
        Worker<T, R> idle = dispatch.pick(now);
        if (idle == null) {
            return task;
        }
        dispatch.give(idle, task, now);
        return null;
    }

    /** The worker that must be done with something before a task can end; null when that is nobody's in particular. */
    private @Nullable Worker<T, R> holder(Task<T, R> task) {
        return switch (task.state()) {
            case WAITING -> task.list == null ? null : task.list.owner;
            case PROCESSING -> task.worker;
            default -> null;
        };
    }

    /** The tasks that are waited for, one worker for the other, from a task to the worker; empty when they lead elsewhere. */
    private List<Task<T, R>> circle(Worker<T, R> me, Task<T, R> task) {
        List<Task<T, R>> path = List.of();
        Task<T, R> each = task;
        while (true) {
            Worker<T, R> holder = holder(each);
            if (holder == null || each.list == holder.calls || (holder != me && holder.waitsFor == null)) {
                return List.of();
            }
            if (path.isEmpty()) {
                path = new ArrayList<>(4);
            }
            path.add(each);
            if (holder == me) {
                return path;
            }
            each = requireNonNull(holder.waitsFor);
        }
    }

    /** Whether somebody who waits for the task is waited for by the worker that it is for. */
    boolean closesCircle(Task<T, R> task, Worker<T, R> holder) {
        for (Worker<T, R> waiter = task.waiter; waiter != null; waiter = waiter.nextWaiter) {
            if (!circle(waiter, requireNonNull(holder.waitsFor)).isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Finds a task of the circle that can be run where its worker waits. */
    private @Nullable Task<T, R> open(Worker<T, R> me, List<Task<T, R>> circle, long now) {
        for (int i = circle.size() - 1; i >= 0; i--) {
            Task<T, R> task = circle.get(i);
            Worker<T, R> holder = requireNonNull(holder(task));
            if (task.list != null && isOfChain(task, holder)) {
                dispatch.delist(task);
                if (holder == me) {
                    return task;
                }
                dispatch.call(holder, task);
                return null;
            }
        }
        for (int i = 0; i < circle.size(); i++) {
            Task<T, R> task = circle.get(i);
            if (task.list != null && task.kind == Task.Kind.PREFER) {
                dispatch.delist(task);
                Task<T, R> left = giveOrReturn(task, now);
                if (left != null && i > 0) {
                    dispatch.call(requireNonNull(left.waiter), left);
                    left = null;
                }
                return left;
            }
        }
        throw new IllegalStateException(describe(me, circle));
    }

    /** Whether a task was submitted by what the worker is doing, directly or by way of others that still run. */
    private boolean isOfChain(Task<T, R> task, Worker<T, R> worker) {
        for (Task<T, R> caller = task.caller; caller != null; caller = caller.caller) {
            if (worker.isRunning(caller)) {
                return true;
            }
        }
        return false;
    }

    private String describe(Worker<T, R> me, List<Task<T, R>> circle) {
        StringBuilder text = new StringBuilder("waiting would never end: in coordinator '" + dispatch.name + "', ");
        String waiter = me.name;
        for (int i = 0; i < circle.size(); i++) {
            Task<T, R> task = circle.get(i);
            String holder = requireNonNull(holder(task)).name;
            text.append(i == 0 ? "" : ", ").append("worker '" + waiter + "' waits for ");
            if (holder.equals(waiter)) {
                text.append("the task that it is running itself");
            } else {
                text.append("a task ").append(task.list == null ? "that runs in" : "that is queued at");
                text.append(" worker '" + holder + "'");
            }
            waiter = holder;
        }
        return text.toString();
    }

    /** The wait is over, or given up. */
    void leaveWait(Worker<T, R> me, long now) {
        me.stopWaiting();
        for (Task<T, R> call = me.calls.first(); call != null; call = me.calls.first()) {
            dispatch.delist(call);
            if (call.kind != Task.Kind.REQUIRE) {
                dispatch.spill(call, now);
            } else if (me.removed) {
                dispatch.miss(call, now);
            } else {
                dispatch.enlist(me.queue, call);
            }
        }
    }
}
