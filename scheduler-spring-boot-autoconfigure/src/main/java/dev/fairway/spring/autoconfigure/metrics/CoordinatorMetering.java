package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.CoordinatorCustomizer;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.core.Ordered;

/** Listens to the coordinators as they are built, and gives them meters once the registry is there. */
final class CoordinatorMetering implements CoordinatorCustomizer, Ordered {
    private final int maxWorkers;
    private final FairwayMeters registry;
    private final Map<String, CoordinatorMeters> coordinators = new ConcurrentHashMap<>();

    CoordinatorMetering(int maxWorkers, CoordinatorBeans beans, FairwayMeters registry) {
        this.maxWorkers = maxWorkers;
        this.registry = registry;
        beans.onEach((name, coordinator) -> meters(name).coordinator(coordinator));
    }

    /** First, so that a customizer of the application's still has the last word. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void customize(String name, Coordinator.Builder<?, ?> builder) {
        CoordinatorMeters meters = meters(name);
        meters.listening();
        builder.addWorkerListener(meters);
    }

    private CoordinatorMeters meters(String name) {
        CoordinatorMeters added = new CoordinatorMeters(name, maxWorkers);
        CoordinatorMeters known = coordinators.putIfAbsent(name, added);
        if (known == null) {
            registry.whenThere(added::registry);
        }
        return known == null ? added : known;
    }
}
