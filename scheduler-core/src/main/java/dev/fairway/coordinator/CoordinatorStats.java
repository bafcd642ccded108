package dev.fairway.coordinator;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a coordinator has done, what removed workers did included. The numbers are one consistent snapshot, in which {@code accepted
 * = completed + failed + cancelled + refused + waiting + running}; each worker's are a snapshot of their own.
 *
 * @param coordinator the coordinator's name
 * @param accepted tasks for which a handle was given out
 * @param rejected tasks refused by {@code submit}
 * @param completed tasks that ended with a result
 * @param failed tasks that threw or took too long
 * @param cancelled tasks cancelled or handed back, before or after their start
 * @param refused tasks that ended because the worker that they required was not there
 * @param waiting tasks that wait now
 * @param capacity how many may wait
 * @param unassigned how many of those that wait do not wait for a certain worker that is there
 * @param running tasks that run now or are about to; cancelled ones whose code still runs do not count
 * @param preferredHits tasks that preferred a worker and were started by it
 * @param preferredSpills tasks that preferred a worker and were started by another
 * @param any outcomes of the started tasks that were for any worker
 * @param prefer outcomes of the started tasks that preferred a worker
 * @param require outcomes of the started tasks that required one
 * @param threads threads that there are now
 * @param workers the workers by name, in the order in which they were added; removed ones as long as their last task runs
 */
public record CoordinatorStats(
        String coordinator,
        long accepted,
        long rejected,
        long completed,
        long failed,
        long cancelled,
        long refused,
        int waiting,
        int capacity,
        int unassigned,
        int running,
        long preferredHits,
        long preferredSpills,
        AffinityStats any,
        AffinityStats prefer,
        AffinityStats require,
        int threads,
        Map<String, WorkerStats> workers) {
    /** Copies the map, in its order. */
    public CoordinatorStats {
        workers = Collections.unmodifiableMap(new LinkedHashMap<>(workers));
    }

    CoordinatorStats withWorkers(Map<String, WorkerStats> byName) {
        return new CoordinatorStats(
                coordinator,
                accepted,
                rejected,
                completed,
                failed,
                cancelled,
                refused,
                waiting,
                capacity,
                unassigned,
                running,
                preferredHits,
                preferredSpills,
                any,
                prefer,
                require,
                threads,
                byName);
    }
}
