package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import dev.fairway.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who of a scheduler's own tasks waits for whom: refuses a wait that, as things stand, could never end, because every worker that
 * could serve it waits in the same way.
 *
 * <p>A wait is hopeless when only hopeless waiters could serve it; the greatest such set is found by starting from all waiters
 * and striking out those that somebody else can serve, until nothing changes.
 */
final class WaitGraph<T, R extends @Nullable Object> {
    private final DefaultFairScheduler<T, R> scheduler;

    /** Guarded by this object's monitor; in the order in which the waits began. */
    private final Map<Run<?, ?>, Wait<T, R>> waits = new LinkedHashMap<>();

    /**
     * What a run waits for: a task, or room when there is no task.
     *
     * @param over whether the wait has ended, though the thread has not woken yet
     * @param forScheduler whether it is the scheduler that has no room, and not the channel
     */
    private record Wait<T, R extends @Nullable Object>(
            String waiter,
            @Nullable DefaultChannel<T, R> from,
            DefaultChannel<T, R> channel,
            @Nullable TaskNode<T, R> node,
            BooleanSupplier over,
            boolean forScheduler) {
        String describe() {
            return waiter + " (channel '" + (from == null ? "?" : from.name) + "') for "
                    + (node == null ? "room in" : "a task of") + " channel '" + channel.name + "'";
        }
    }

    WaitGraph(DefaultFairScheduler<T, R> scheduler) {
        this.scheduler = scheduler;
    }

    /** The current thread is about to wait for a task; {@link #leave} must follow when this returns. */
    void enter(DefaultChannel<T, R> channel, @Nullable TaskNode<T, R> node) {
        enter(channel, node, () -> false, false);
    }

    /** As {@link #enter(DefaultChannel, TaskNode)}, also for room. */
    void enter(
            DefaultChannel<T, R> channel, @Nullable TaskNode<T, R> node, BooleanSupplier over, boolean forScheduler) {
        List<Run<?, ?>> own = Inside.runs(scheduler);
        if (own.isEmpty()) {
            return;
        }
        synchronized (this) {
            Wait<T, R> wait = null;
            for (Run<?, ?> run : own) {
                @SuppressWarnings("unchecked") // the runs of a scheduler are of its types
                Run<T, R> self = (Run<T, R>) run;
                Wait<T, R> its = new Wait<>(self.name, self.channel, channel, node, over, forScheduler);
                waits.put(self, its);
                wait = wait == null ? its : wait;
            }
            Set<Run<?, ?>> hopeless = hopeless();
            if (hopeless.containsAll(own)) {
                own.forEach(waits::remove);
                throw new IllegalStateException(message(requireNonNull(wait), hopeless));
            }
        }
    }

    void leave() {
        List<Run<?, ?>> own = Inside.runs(scheduler);
        if (!own.isEmpty()) {
            synchronized (this) {
                own.forEach(waits::remove);
            }
        }
    }

    private Set<Run<?, ?>> hopeless() {
        Set<Run<?, ?>> hopeless = new LinkedHashSet<>(waits.keySet());
        boolean changed = true;
        while (changed) {
            changed = hopeless.removeIf(run -> isServed(requireNonNull(waits.get(run)), hopeless));
        }
        return hopeless;
    }

    private boolean isServed(Wait<T, R> wait, Set<Run<?, ?>> hopeless) {
        if (wait.over.getAsBoolean()) {
            return true;
        }
        if (wait.node != null && wait.node.state() != TaskState.WAITING) {
            return wait.node.state().isFinal() || !hopeless.contains(wait.node.run);
        }
        int workers = 0;
        int inChannel = 0;
        for (Run<?, ?> run : hopeless) {
            if (run.isWorker) {
                workers++;
            }
            if (run.channel == wait.channel) {
                inChannel++;
            }
        }
        return workers < scheduler.workers() && (wait.forScheduler || inChannel < wait.channel.maxParallel());
    }

    private String message(Wait<T, R> refused, Set<Run<?, ?>> hopeless) {
        List<String> others = new ArrayList<>();
        for (Map.Entry<Run<?, ?>, Wait<T, R>> entry : waits.entrySet()) {
            if (hopeless.contains(entry.getKey()) && others.size() < 10) {
                others.add(entry.getValue().describe());
            }
        }
        int more = hopeless.size() - 1 - others.size();
        return "waiting would never end: in scheduler '" + scheduler.name() + "', " + refused.describe()
                + ", but every worker that could serve it waits in the same way: "
                + (others.isEmpty() ? "it is the only one" : String.join("; ", others))
                + (more > 0 ? "; … of " + hopeless.size() : "");
    }
}
