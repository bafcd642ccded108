package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.scheduler.SchedulerBuilder;
import dev.fairway.spring.FairSchedulerCustomizer;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;
import org.springframework.core.Ordered;

/**
 * Listens to the schedulers as they are built, and gives them meters once the registry is complete. It asks for the registry only
 * then: whatever the registry needs may need a scheduler.
 */
final class FairwayMeters implements FairSchedulerCustomizer, SmartInitializingSingleton, Ordered {
    private final int maxChannels;
    private final ObjectProvider<MeterRegistry> registries;
    private final Map<String, SchedulerMeters> schedulers = new ConcurrentHashMap<>();
    private volatile @Nullable MeterRegistry registry;

    FairwayMeters(int maxChannels, SchedulerBeans beans, ObjectProvider<MeterRegistry> registries) {
        this.maxChannels = maxChannels;
        this.registries = registries;
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

    @Override
    public void afterSingletonsInstantiated() {
        MeterRegistry found = registries.getIfUnique();
        if (found == null) {
            List<MeterRegistry> several = registries.orderedStream().toList();
            CompositeMeterRegistry composite = new CompositeMeterRegistry();
            several.forEach(composite::add);
            found = composite;
        }
        registry = found;
        for (SchedulerMeters meters : schedulers.values()) {
            meters.registry(found);
        }
    }

    /** The registry is looked at after the entry was made, so that one of us two sees the other. */
    private SchedulerMeters meters(String name) {
        SchedulerMeters meters = schedulers.computeIfAbsent(name, n -> new SchedulerMeters(n, maxChannels));
        MeterRegistry known = registry;
        if (known != null) {
            meters.registry(known);
        }
        return meters;
    }
}
