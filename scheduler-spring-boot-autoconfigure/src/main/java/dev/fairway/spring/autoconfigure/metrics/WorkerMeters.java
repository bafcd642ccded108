package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.coordinator.WorkerState;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;

/**
 * The meters of one value of the tag {@code worker}. All are functions that are asked when somebody looks. The registry holds on to
 * the functions' state weakly, so whoever makes meters here must hold on to their source.
 */
final class WorkerMeters {
    private final MeterRegistry registry;
    private final Tags tags;
    private final List<Meter> meters = new ArrayList<>();

    WorkerMeters(MeterRegistry registry, String coordinator, String worker) {
        this.registry = registry;
        this.tags = Tags.of("coordinator", coordinator, "worker", worker);
    }

    /** What became of tasks, by affinity and outcome. */
    <S> void tasks(S source, TaskCount<S> count) {
        for (StartedTasks tasks : StartedTasks.ALL) {
            tasks(tasks.affinity().tagValue(), tasks.outcome().tagValue(), source, s -> count.of(s, tasks));
        }
    }

    <S> void tasks(String affinity, String outcome, S source, ToDoubleFunction<S> count) {
        meters.add(FunctionCounter.builder("fairway.coordinator.tasks", source, count)
                .description("Tasks by how they ended; rejected ones were never accepted")
                .baseUnit("tasks")
                .tags(tags)
                .tags("affinity", affinity, "outcome", outcome)
                .register(registry));
    }

    <S> void queued(S source, ToDoubleFunction<S> value) {
        meters.add(Gauge.builder("fairway.coordinator.queued", source, value)
                .description("Tasks that wait now")
                .baseUnit("tasks")
                .tags(tags)
                .register(registry));
    }

    <S> void ewma(S source, ToDoubleFunction<S> nanos) {
        meters.add(TimeGauge.builder("fairway.coordinator.ewma", source, TimeUnit.NANOSECONDS, nanos)
                .description("The running mean of a worker's task times, as it is expected now")
                .tags(tags)
                .register(registry));
    }

    /** How many workers there are in each state; one that was removed is in none. */
    <S> void states(S source, StateCount<S> count) {
        for (WorkerState state : List.of(WorkerState.IDLE, WorkerState.BUSY, WorkerState.QUARANTINED)) {
            meters.add(Gauge.builder("fairway.coordinator.state", source, s -> count.of(s, state))
                    .description("Workers by what they do")
                    .baseUnit("workers")
                    .tags(tags)
                    .tag("state", state.name().toLowerCase(Locale.ROOT))
                    .register(registry));
        }
    }

    void remove() {
        meters.forEach(registry::remove);
    }

    /** How many of the tasks there are. */
    @FunctionalInterface
    interface TaskCount<S> {
        double of(S source, StartedTasks tasks);
    }

    /** How many workers are in a state. */
    @FunctionalInterface
    interface StateCount<S> {
        double of(S source, WorkerState state);
    }
}
