package dev.fairway.spring.autoconfigure;

import dev.fairway.scheduler.SchedulerControl;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;

/**
 * The scheduler beans that exist, the application's own ones included. It notices them when they are created, so asking it wakes
 * up no lazy bean; meters, health, endpoint and shutdown ask it, and not the bean factory.
 *
 * <p>Thread-safe.
 */
public final class SchedulerBeans implements DestructionAwareBeanPostProcessor {
    private final SortedMap<String, SchedulerControl> schedulers = new ConcurrentSkipListMap<>();
    private final CopyOnWriteArrayList<BiConsumer<String, SchedulerControl>> listeners = new CopyOnWriteArrayList<>();

    /** Made by the auto-configuration. */
    SchedulerBeans() {}

    /** {@return the schedulers there are now, by bean name, in that order} */
    public Map<String, SchedulerControl> all() {
        return Collections.unmodifiableSortedMap(schedulers);
    }

    /**
     * {@return the scheduler of that name, when it exists}
     *
     * @param name the bean name
     */
    public Optional<SchedulerControl> find(String name) {
        return Optional.ofNullable(schedulers.get(name));
    }

    /**
     * Tells of each scheduler there is, and of each that comes.
     *
     * @param listener called with bean name and scheduler; twice for one that comes at the same moment
     */
    public void onScheduler(BiConsumer<String, SchedulerControl> listener) {
        listeners.add(listener);
        schedulers.forEach(listener);
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String beanName) {
        if (bean instanceof SchedulerControl scheduler) {
            schedulers.put(beanName, scheduler);
            listeners.forEach(listener -> listener.accept(beanName, scheduler));
        }
        return bean;
    }

    @Override
    public void postProcessBeforeDestruction(Object bean, String beanName) {
        if (bean instanceof SchedulerControl scheduler) {
            schedulers.remove(beanName, scheduler);
        }
    }

    @Override
    public boolean requiresDestruction(Object bean) {
        return bean instanceof SchedulerControl;
    }
}
