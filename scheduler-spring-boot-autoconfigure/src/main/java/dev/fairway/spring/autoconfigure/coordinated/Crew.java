package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.CoordinatorFactory;
import dev.fairway.spring.autoconfigure.FairwayConfigurationException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.BeansException;
import org.springframework.beans.factory.BeanCurrentlyInCreationException;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.HierarchicalBeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;

/**
 * The workers of one coordinator, and the coordinator. Neither is there from the beginning: a worker comes when its bean is created,
 * the coordinator when somebody needs it or the application has started, whichever is first. No bean is created with a lock of ours
 * held.
 *
 * <p>Thread-safe.
 */
final class Crew {
    private static final Log log = LogFactory.getLog(Crew.class);

    private final String name;
    private final List<WorkerBean> beans;
    private final ConfigurableListableBeanFactory beanFactory;
    private final Map<String, Worker> present = new ConcurrentHashMap<>();

    /** Those that could not be created when it was last tried. */
    private final Set<String> failed = ConcurrentHashMap.newKeySet();

    /** Whether all workers have been there, or have failed. */
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
     * @throws RuntimeException why there is no worker that could serve it
     */
    void muster(Affinity affinity) {
        if (affinity instanceof Affinity.Require require) {
            if (!present.containsKey(require.worker())) {
                beans.stream()
                        .filter(bean -> bean.name().equals(require.worker()))
                        .forEach(this::create);
            }
        } else if (!complete) {
            musterAll();
        }
    }

    /** One that cannot be created is left to those who require it; the others serve. */
    private void musterAll() {
        RuntimeException failure = null;
        for (WorkerBean bean : beans) {
            if (present.containsKey(bean.name()) || (failed.contains(bean.name()) && !present.isEmpty())) {
                continue;
            }
            try {
                create(bean);
            } catch (RuntimeException e) {
                if (isCycle(e)) {
                    throw e;
                }
                failed.add(bean.name());
                log.warn(
                        "Coordinator '" + name + "' goes on without its worker '" + bean.name()
                                + "', which cannot be created",
                        e);
                failure = e;
            }
        }
        if (failure != null && present.isEmpty()) {
            throw failure;
        }
        complete = !present.isEmpty();
    }

    private void create(WorkerBean bean) {
        Object made = beanFactory.getBean(bean.name());
        requirePresent(bean, made);
    }

    /** A worker that needs itself to be created is a mistake, and would not be noticed if others served. */
    private static boolean isCycle(RuntimeException failure) {
        return failure instanceof BeansException beans && beans.contains(BeanCurrentlyInCreationException.class);
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

    /** {@return whether a worker could not be created when it was last tried} */
    boolean hasFailed(String worker) {
        return failed.contains(worker);
    }

    Coordinator<Call, @Nullable Object> coordinator() {
        Coordinator<Call, @Nullable Object> known = coordinator;
        return known == null ? open() : known;
    }

    /** {@return where the coordinator is a bean: here, or in a context above; null when there is none yet} */
    @Nullable
    BeanFactory owner() {
        BeanFactory each = beanFactory;
        while (each instanceof HierarchicalBeanFactory factory) {
            if (factory.containsLocalBean(name) && factory.isTypeMatch(name, Coordinator.class)) {
                return factory;
            }
            each = factory.getParentBeanFactory();
        }
        return null;
    }

    @SuppressWarnings(
            "unchecked") // the workers of a configured coordinator are those of its contract, and know its tasks
    private Coordinator<Call, @Nullable Object> open() {
        CoordinatorFactory factory = beanFactory.getBean(CoordinatorFactory.class);
        CoordinatorBeans registry = beanFactory.getBean(CoordinatorBeans.class);
        BeanFactory owner = owner();
        boolean configured = owner != null;
        (owner == null ? beanFactory : owner)
                .getBeanProvider(CoordinatorFactory.class)
                .ifAvailable(maker -> maker.failureIf(name, Answers::isFailure));
        Coordinator<Call, @Nullable Object> opened =
                owner != null ? owner.getBean(name, Coordinator.class) : factory.coordinator(name);
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
            present.values().forEach(worker -> requireFree(worker, opened));
            present.values().forEach(worker -> add(worker, opened));
            coordinator = opened;
            return opened;
        }
    }

    /** {@return whether the coordinator has ended, and no task runs any more} */
    boolean isOver() {
        Coordinator<?, ?> known = coordinator;
        return known != null
                && known.isClosed()
                && known.terminated().toCompletableFuture().isDone();
    }

    /** A worker's bean is there. It may have been there before, when something went wrong with its bean afterwards. */
    void join(Worker worker) {
        synchronized (this) {
            if (coordinator != null && !present.containsKey(worker.name)) {
                requireFree(worker, coordinator);
            }
            if (coordinator != null) {
                add(worker, coordinator);
            }
            present.put(worker.name, worker);
        }
        failed.remove(worker.name);
    }

    private void requireFree(Worker worker, Coordinator<?, ?> in) {
        if (in.workers().contains(worker.name)) {
            throw new FairwayConfigurationException(
                    "The coordinator '" + name + "' has a worker '" + worker.name + "' already, and the bean '"
                            + worker.name + "' wants to be one of that name.",
                    "Rename the bean, or do not add a worker of its name by hand.");
        }
    }

    @SuppressWarnings("NullAway") // null is a result like any other
    private static void add(Worker worker, Coordinator<Call, @Nullable Object> to) {
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
