package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.CoordinatorFactory;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The workers of one coordinator, and the coordinator. Neither is there from the beginning: a worker comes when its bean is created,
 * the coordinator when somebody needs it or the application has started, whichever is first. No bean is created with a lock of ours
 * held.
 *
 * <p>Thread-safe.
 */
final class Crew {
    private final String name;
    private final List<WorkerBean> beans;
    private final ConfigurableListableBeanFactory beanFactory;
    private final Map<String, Worker> present = new ConcurrentHashMap<>();

    /** Whether all workers have been there. */
    private volatile boolean complete;

    /** Written under this object's monitor, when the workers there are have been added to it. */
    private volatile @Nullable Coordinator<Call, @Nullable Object> coordinator;

    Crew(String name, List<WorkerBean> beans, ConfigurableListableBeanFactory beanFactory) {
        this.name = name;
        this.beans = List.copyOf(beans);
        this.beanFactory = beanFactory;
    }

    /** {@return the workers' beans, those that are not created yet included} */
    List<WorkerBean> beans() {
        return beans;
    }

    /**
     * Creates the workers that are not there yet, as far as a call needs them. It is the caller that creates them, so that no worker
     * must while others wait for it.
     *
     * @param affinity whom the call is for
     * @param started whether the application's singletons are there; before, only what is needed is created
     */
    void muster(Affinity affinity, boolean started) {
        if (complete) {
            return;
        }
        boolean one = !started && affinity instanceof Affinity.Require;
        for (WorkerBean bean : beans) {
            boolean needed = !one || ((Affinity.Require) affinity).worker().equals(bean.name());
            if (needed && !present.containsKey(bean.name())) {
                Object made = beanFactory.getBean(bean.name());
                requirePresent(bean, made);
            }
        }
        complete = !one;
    }

    /** What took the bean's place, or is there instead of it, is no worker: without this, calls would wait for one for ever. */
    @SuppressWarnings("EqualsNull") // that is how Spring's stand-in for null is known
    private void requirePresent(WorkerBean bean, Object made) {
        if (!present.containsKey(bean.name()) && !beanFactory.isCurrentlyInCreation(bean.name())) {
            throw new IllegalStateException(
                    "the @CoordinatedTask bean '" + bean.name() + "' is no worker of coordinator '"
                            + name + "': it is "
                            + (made.equals(null)
                                    ? "null"
                                    : "a " + made.getClass().getName() + " that no bean post-processor has seen"));
        }
    }

    Coordinator<Call, @Nullable Object> coordinator() {
        Coordinator<Call, @Nullable Object> known = coordinator;
        return known == null ? open() : known;
    }

    @SuppressWarnings(
            "unchecked") // the workers of a configured coordinator are those of its contract, and know its tasks
    private Coordinator<Call, @Nullable Object> open() {
        CoordinatorFactory factory = beanFactory.getBean(CoordinatorFactory.class);
        CoordinatorBeans registry = beanFactory.getBean(CoordinatorBeans.class);
        factory.failureIf(name, Answers::isFailure);
        boolean configured = beanFactory.containsBean(name) && beanFactory.isTypeMatch(name, Coordinator.class);
        Coordinator<Call, @Nullable Object> opened =
                configured ? beanFactory.getBean(name, Coordinator.class) : factory.coordinator(name);
        synchronized (this) {
            Coordinator<Call, @Nullable Object> known = coordinator;
            if (known != null) {
                if (known != opened) {
                    opened.close();
                }
                return known;
            }
            if (!configured) {
                registry.register(name, opened);
            }
            present.values().forEach(worker -> add(worker, opened));
            coordinator = opened;
            return opened;
        }
    }

    /** A worker's bean is there. */
    void join(Worker worker) {
        synchronized (this) {
            if (coordinator != null) {
                add(worker, coordinator);
            }
            present.put(worker.name, worker);
        }
    }

    @SuppressWarnings("NullAway") // null is a result like any other
    private void add(Worker worker, Coordinator<Call, @Nullable Object> to) {
        if (to.workers().contains(worker.name)) {
            throw new FairwayConfigurationException(
                    "The coordinator '" + name + "' has a worker '" + worker.name + "' already, and the bean '"
                            + worker.name + "' wants to be one of that name.",
                    "Rename the bean, or do not add a worker of its name by hand.");
        }
        boolean unused = to.addWorker(worker.name, worker::process);
    }

    /**
     * A worker's bean is about to go. Waits for what it runs, when the coordinator has not done so already.
     *
     * @throws IllegalStateException when that does not end
     */
    void leave(Worker worker) {
        Coordinator<Call, @Nullable Object> served;
        synchronized (this) {
            present.remove(worker.name, worker);
            served = coordinator;
        }
        if (served == null) {
            return;
        }
        boolean closed = served.isClosed();
        boolean unused = served.removeWorker(worker.name);
        if (!worker.retire(closed ? 0 : served.drainTimeout().toNanos())) {
            throw new IllegalStateException(worker + " does not end its task: its bean is left as it is");
        }
    }

    @Nullable
    Worker find(String worker) {
        return present.get(worker);
    }
}
