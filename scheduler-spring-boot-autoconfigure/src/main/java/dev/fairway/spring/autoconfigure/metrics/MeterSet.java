package dev.fairway.spring.autoconfigure.metrics;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/**
 * The meters of one value of the tag {@code channel}. Counters and gauges are functions that are asked when somebody looks; only
 * the timers are written to for each task.
 */
final class MeterSet {
    private final MeterRegistry registry;
    private final List<Meter> meters = new ArrayList<>();
    private final Timer wait;
    private final Timer run;

    /** The registry holds on to the functions' state weakly, so whoever makes this must hold on to the source. */
    <S> MeterSet(
            MeterRegistry registry,
            String scheduler,
            String channel,
            S source,
            OutcomeCount<S> count,
            ToLongFunction<S> queued,
            ToLongFunction<S> running) {
        this.registry = registry;
        Tags tags = Tags.of("scheduler", scheduler, "channel", channel);
        for (Outcome outcome : Outcome.values()) {
            meters.add(FunctionCounter.builder("fairway.scheduler.tasks", source, s -> count.of(s, outcome))
                    .description("Tasks by how they ended; rejected ones were never accepted")
                    .baseUnit("tasks")
                    .tags(tags)
                    .tag("outcome", outcome.tagValue())
                    .register(registry));
        }
        wait = add(Timer.builder("fairway.scheduler.wait")
                .description("How long started tasks had waited")
                .tags(tags)
                .register(registry));
        run = add(Timer.builder("fairway.scheduler.run")
                .description("How long tasks ran, their commit included")
                .tags(tags)
                .register(registry));
        gauge("fairway.scheduler.queued", "Tasks that wait now", tags, source, queued::applyAsLong);
        gauge("fairway.scheduler.running", "Tasks that run now", tags, source, running::applyAsLong);
    }

    private <S> void gauge(String name, String description, Tags tags, S source, ToDoubleFunction<S> value) {
        meters.add(Gauge.builder(name, source, value)
                .description(description)
                .baseUnit("tasks")
                .tags(tags)
                .register(registry));
    }

    private <M extends Meter> M add(M meter) {
        meters.add(meter);
        return meter;
    }

    void waited(Duration time) {
        wait.record(time);
    }

    void ran(Duration time) {
        run.record(time);
    }

    void remove() {
        meters.forEach(registry::remove);
    }

    /** How many tasks have ended in one way. */
    @FunctionalInterface
    interface OutcomeCount<S> {
        double of(S source, Outcome outcome);
    }
}
