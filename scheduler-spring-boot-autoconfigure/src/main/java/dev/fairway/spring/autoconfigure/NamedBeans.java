package dev.fairway.spring.autoconfigure;

import dev.fairway.Drainable;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.DestructionAwareBeanPostProcessor;

/**
 * The primitives of one kind that exist, the application's own ones included. It notices the beans when they are created, so
 * asking it wakes up no lazy bean; meters, health, endpoint and shutdown ask it, and not the bean factory.
 *
 * <p>Thread-safe.
 *
 * @param <P> the kind
 */
public abstract class NamedBeans<P extends Drainable> implements DestructionAwareBeanPostProcessor {
    private final SortedMap<String, P> byName = new ConcurrentSkipListMap<>();
    private final CopyOnWriteArrayList<BiConsumer<String, P>> listeners = new CopyOnWriteArrayList<>();

    /** Only here. */
    NamedBeans() {}

    /** {@return those there are now, by name, in that order} */
    public final Map<String, P> all() {
        return Collections.unmodifiableSortedMap(byName);
    }

    /**
     * {@return the one of that name, when it exists}
     *
     * @param name the bean name
     */
    public final Optional<P> find(String name) {
        return Optional.ofNullable(byName.get(name));
    }

    /**
     * Tells of each there is, and of each that comes.
     *
     * @param listener called with name and primitive; twice for one that comes at the same moment
     */
    public final void onEach(BiConsumer<String, P> listener) {
        listeners.add(listener);
        byName.forEach(listener);
    }

    /** {@return the bean as one of this kind; null when it is none} */
    abstract @Nullable P cast(Object bean);

    /** {@return whether the name was free, and is taken now} */
    final boolean addIfAbsent(String name, P primitive) {
        boolean free = byName.putIfAbsent(name, primitive) == null;
        if (free) {
            tell(name, primitive);
        }
        return free;
    }

    private void tell(String name, P primitive) {
        listeners.forEach(listener -> listener.accept(name, primitive));
    }

    @Override
    public final Object postProcessAfterInitialization(Object bean, String beanName) {
        P primitive = cast(bean);
        if (primitive != null) {
            byName.put(beanName, primitive);
            tell(beanName, primitive);
        }
        return bean;
    }

    @Override
    public final void postProcessBeforeDestruction(Object bean, String beanName) {
        P primitive = cast(bean);
        if (primitive != null) {
            byName.remove(beanName, primitive);
        }
    }

    @Override
    public final boolean requiresDestruction(Object bean) {
        return cast(bean) != null;
    }
}
