package dev.fairway.spring.autoconfigure.metrics;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.SmartInitializingSingleton;

/**
 * The meter registry, once it is complete. It is asked for only then: whatever the registry needs may need a scheduler or a
 * coordinator.
 *
 * <p>Thread-safe.
 */
final class FairwayMeters implements SmartInitializingSingleton {
    private final ObjectProvider<MeterRegistry> registries;
    private final Runnable watch;
    private final Queue<Consumer<MeterRegistry>> waiting = new ConcurrentLinkedQueue<>();
    private volatile @Nullable MeterRegistry registry;

    /**
     * @param registries where the registry comes from
     * @param watch called when the registry is there: may ask for beans that need this one
     */
    FairwayMeters(ObjectProvider<MeterRegistry> registries, Runnable watch) {
        this.registries = registries;
        this.watch = watch;
    }

    /** Calls back once, as soon as the registry is there. */
    void whenThere(Consumer<MeterRegistry> callback) {
        waiting.add(callback);
        callBack(); // after it was added, so that one of us two sees the other
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
        callBack();
        watch.run();
    }

    private void callBack() {
        MeterRegistry there = registry;
        if (there != null) {
            for (Consumer<MeterRegistry> next = waiting.poll(); next != null; next = waiting.poll()) {
                next.accept(there);
            }
        }
    }
}
