package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.scheduler.SchedulerBuilder;
import dev.fairway.spring.FairSchedulerCustomizer;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.Ordered;

/** Listens to the schedulers as they are built, and gives them meters once the registry is there. */
final class SchedulerMetering implements FairSchedulerCustomizer, Ordered {
    private final int maxChannels;
    private final FairwayMeters registry;
    private final Map<String, SchedulerMeters> schedulers = new ConcurrentHashMap<>();

    SchedulerMetering(int maxChannels, SchedulerBeans beans, FairwayMeters registry) {
        this.maxChannels = maxChannels;
        this.registry = registry;
        beans.onEach((name, scheduler) -> meters(name).scheduler(scheduler));
    }

    /** First, so that a customizer of the application's still has the last word. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void customize(String name, SchedulerBuilder<?, ?> builder) {
        SchedulerMeters meters = meters(name);
        meters.listening();
        builder.addListener(meters);
    }

    private SchedulerMeters meters(String name) {
        SchedulerMeters added = new SchedulerMeters(name, maxChannels);
        SchedulerMeters known = schedulers.putIfAbsent(name, added);
        if (known == null) {
            registry.whenThere(added::registry);
        }
        return known == null ? added : known;
    }
}
