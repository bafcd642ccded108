package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.CoordinatorStats;
import dev.fairway.coordinator.WorkerListener;
import dev.fairway.coordinator.WorkerState;
import dev.fairway.coordinator.WorkerStats;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one coordinator.
 *
 * <p><b>Workers.</b> Only so many have meters of their own: those that came first, until they are removed. The others are counted
 * together, under {@code _other}: what the coordinator has counted, less what the named workers have, less what those that were named
 * had when they were removed. A worker that was in {@code _other} and gets a place of its own starts from zero there, since no
 * counter may ever go down. What no worker has started is under {@code _none}.
 *
 * <p><b>Removed workers.</b> What such a one did between the last look at it and its removal is not known any more, and counts for
 * {@code _other}, where there is one.
 *
 * <p>The meters start when both the coordinator and the registry are there, in whatever order they come. Being told that a worker
 * came or went is a reason to look whether it is there: two such events may come in either order.
 */
final class CoordinatorMeters implements WorkerListener {
    static final String OTHER = "_other";
    static final String NONE = "_none";

    private final String name;
    private final int maxWorkers;
    private final Map<String, Named> named = new ConcurrentHashMap<>();

    /** Guards all changes. */
    private final Object lock = new Object();

    private final Map<StartedTasks, Long> retired = new HashMap<>();
    private final Map<StartedTasks, Long> highest = new HashMap<>();
    private boolean listening;
    private volatile @Nullable MeterRegistry registry;
    private volatile @Nullable Coordinator<?, ?> coordinator;
    private @Nullable WorkerMeters other;

    CoordinatorMeters(String name, int maxWorkers) {
        this.name = name;
        this.maxWorkers = maxWorkers;
    }

    /** This listener was given to the coordinator's builder, so that it will hear of each worker. */
    void listening() {
        synchronized (lock) {
            listening = true;
        }
    }

    void coordinator(Coordinator<?, ?> coordinator) {
        synchronized (lock) {
            if (this.coordinator == null) {
                this.coordinator = coordinator;
                startWhenReady();
            }
        }
    }

    void registry(MeterRegistry registry) {
        synchronized (lock) {
            this.registry = registry;
            startWhenReady();
        }
    }

    private void startWhenReady() {
        MeterRegistry to = registry;
        Coordinator<?, ?> of = coordinator;
        if (to == null || of == null) {
            return;
        }
        WorkerMeters none = new WorkerMeters(to, name, NONE);
        none.tasks(NONE, "cancelled", of, c -> cancelledBeforeStart(c.stats()));
        none.tasks(NONE, "refused", of, c -> c.stats().refused());
        none.tasks(NONE, "rejected", of, c -> c.stats().rejected());
        none.queued(of, c -> c.stats().unassigned());
        of.workers().forEach(worker -> name(to, of, worker));
        if (!listening) {
            other(to, of);
        }
    }

    private static double cancelledBeforeStart(CoordinatorStats stats) {
        return stats.cancelled()
                - stats.any().cancelled()
                - stats.prefer().cancelled()
                - stats.require().cancelled();
    }

    @Override
    public void workerAdded(String worker) {
        look(worker, false);
    }

    @Override
    public void workerRemoved(String worker) {
        look(worker, true);
    }

    private void look(String worker, boolean wasRemoved) {
        MeterRegistry to = registry;
        Coordinator<?, ?> of = coordinator;
        if (to == null || of == null) {
            return;
        }
        synchronized (lock) {
            if (wasRemoved) {
                retire(to, of, worker);
            }
            if (of.stats(worker).isPresent()) {
                name(to, of, worker);
            }
        }
    }

    /** Gives a worker meters of its own, when there is a place left. Under the lock. */
    private void name(MeterRegistry to, Coordinator<?, ?> of, String worker) {
        if (named.containsKey(worker)) {
            return;
        }
        if (named.size() >= maxWorkers) {
            other(to, of);
            return;
        }
        WorkerStats now = of.stats(worker).orElse(null);
        if (now != null) {
            named.put(worker, new Named(to, of, now, other == null ? null : now));
        }
    }

    private void other(MeterRegistry to, Coordinator<?, ?> of) {
        if (other == null) {
            other = new WorkerMeters(to, name, OTHER);
            other.tasks(this, (meters, tasks) -> meters.othersTasks(of, tasks));
            other.queued(this, meters -> meters.othersQueued(of));
            other.states(this, (meters, state) -> meters.othersIn(of, state));
        }
    }

    /** A worker has gone: its meters go, and its place is for one that had none. Under the lock. */
    private void retire(MeterRegistry to, Coordinator<?, ?> of, String worker) {
        Named gone = named.remove(worker);
        if (gone == null) {
            return;
        }
        StartedTasks.ALL.forEach(tasks -> retired.merge(tasks, gone.count(tasks), Long::sum));
        gone.meters.remove();
        if (other != null) {
            of.workers().stream()
                    .filter(candidate -> !named.containsKey(candidate))
                    .findFirst()
                    .ifPresent(candidate -> name(to, of, candidate));
        }
    }

    /** The parts are not read at one moment, so the difference may lag behind; what was reported is kept. */
    private double othersTasks(Coordinator<?, ?> of, StartedTasks tasks) {
        synchronized (lock) {
            long apart = retired.getOrDefault(tasks, 0L);
            for (Named worker : named.values()) {
                apart += worker.count(tasks);
            }
            return highest.merge(tasks, tasks.count(of.stats()) - apart, Math::max);
        }
    }

    private double othersQueued(Coordinator<?, ?> of) {
        CoordinatorStats all = of.stats();
        long apart = all.unassigned();
        for (String worker : named.keySet()) {
            WorkerStats stats = all.workers().get(worker);
            apart += stats == null ? 0 : stats.waiting();
        }
        return Math.max(0, all.waiting() - apart);
    }

    private double othersIn(Coordinator<?, ?> of, WorkerState state) {
        return of.stats().workers().values().stream()
                .filter(worker -> worker.state() == state && !named.containsKey(worker.worker()))
                .count();
    }

    /** One worker with meters of its own. */
    private final class Named {
        final Coordinator<?, ?> of;
        final @Nullable WorkerStats before;
        final WorkerMeters meters;
        private volatile WorkerStats last;

        Named(MeterRegistry to, Coordinator<?, ?> of, WorkerStats now, @Nullable WorkerStats before) {
            this.of = of;
            this.before = before;
            this.last = now;
            this.meters = new WorkerMeters(to, name, now.worker());
            meters.tasks(this, Named::count);
            meters.queued(this, n -> n.now().waiting());
            meters.ewma(this, n -> n.now().ewma().toNanos());
            meters.states(this, (n, state) -> n.now().state() == state ? 1 : 0);
        }

        long count(StartedTasks tasks) {
            return tasks.count(now()) - (before == null ? 0 : tasks.count(before));
        }

        /** One that has gone, or has come back and counts from zero, is as it was last seen. */
        private WorkerStats now() {
            WorkerStats seen = last;
            WorkerStats now = of.stats(seen.worker()).orElse(seen);
            if (ended(now) < ended(seen)) {
                return seen;
            }
            last = now;
            return now;
        }

        private static long ended(WorkerStats stats) {
            return stats.completed() + stats.failed() + stats.cancelled();
        }
    }
}
