package dev.fairway.spring.autoconfigure;

import dev.fairway.coordinator.Coordinator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.DisposableBean;

/**
 * The coordinators that exist: those that are beans, and those that the parts of Fairway make for contracts that no entry
 * configures. The latter are seen under their names by meters, health, endpoint and shutdown, and by nobody who injects by type.
 *
 * <p>Not for applications. Thread-safe.
 */
public final class CoordinatorBeans extends NamedBeans<Coordinator<?, ?>> implements DisposableBean {
    private final List<Coordinator<?, ?>> registered = new CopyOnWriteArrayList<>();

    /** Made by the auto-configuration. */
    CoordinatorBeans() {}

    /**
     * Adds a coordinator that is no bean. It is closed with the application.
     *
     * @param name its name
     * @param coordinator the coordinator
     * @throws IllegalStateException when there is another of that name; then nothing has changed
     */
    public void register(String name, Coordinator<?, ?> coordinator) {
        if (!addIfAbsent(name, coordinator)) {
            throw new IllegalStateException("there is another coordinator '" + name + "'");
        }
        registered.add(coordinator);
    }

    /** The lifecycle has drained them, when the application had started; what is left then has not even that. */
    @Override
    public void destroy() {
        registered.forEach(Coordinator::close);
    }

    @Override
    @Nullable
    Coordinator<?, ?> cast(Object bean) {
        return bean instanceof Coordinator<?, ?> coordinator ? coordinator : null;
    }
}
