package dev.fairway.scheduler;

import dev.fairway.TaskState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    /** A run waits for a task, or for room in a channel when there is no task. */
    private record Wait<T, R extends @Nullable Object>(
            String waiter,
            @Nullable DefaultChannel<T, R> from,
            DefaultChannel<T, R> channel,
            @Nullable TaskNode<T, R> node) {
        String describe() {
            return waiter + " (channel '" + (from == null ? "?" : from.name) + "') for "
                    + (node == null ? "room in" : "a task of") + " channel '" + channel.name + "'";
        }
    }

    WaitGraph(DefaultFairScheduler<T, R> scheduler) {
        this.scheduler = scheduler;
    }

    /** The current thread is about to wait; {@link #leave} must follow when this returns. */
    void enter(DefaultChannel<T, R> channel, @Nullable TaskNode<T, R> node) {
        @SuppressWarnings("unchecked") // the runs of a scheduler are of its types
        Run<T, R> self = (Run<T, R>) Inside.run(scheduler);
        if (self == null) {
            return;
        }
        synchronized (this) {
            Wait<T, R> wait = new Wait<>(self.name, self.channel, channel, node);
            waits.put(self, wait);
            Set<Run<?, ?>> hopeless = hopeless();
            if (hopeless.contains(self)) {
                waits.remove(self);
                throw new IllegalStateException(message(wait, hopeless));
            }
        }
    }

    void leave() {
        Run<?, ?> self = Inside.run(scheduler);
        if (self != null) {
            synchronized (this) {
                waits.remove(self);
            }
        }
    }

    private Set<Run<?, ?>> hopeless() {
        Set<Run<?, ?>> hopeless = new LinkedHashSet<>(waits.keySet());
        boolean changed = true;
        while (changed) {
            changed = hopeless.removeIf(run -> isServed(java.util.Objects.requireNonNull(waits.get(run)), hopeless));
        }
        return hopeless;
    }

    private boolean isServed(Wait<T, R> wait, Set<Run<?, ?>> hopeless) {
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
        return workers < scheduler.workers() && inChannel < wait.channel.maxParallel();
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
