package dev.fairway.spring.autoconfigure;

import dev.fairway.ContextPropagator;
import dev.fairway.coordinator.Coordinator;
import dev.fairway.coordinator.LoadBalance;
import dev.fairway.spring.CoordinatorConfigurer;
import dev.fairway.spring.CoordinatorCustomizer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/**
 * Makes coordinators: the beans that {@link CoordinatorEntries} has defined by the name of the method here, and those that the parts
 * of Fairway make for contracts. Not for applications, which have {@link CoordinatorConfigurer}.
 *
 * <p>Thread-safe.
 */
public final class CoordinatorFactory implements CoordinatorConfigurer {
    static final String COORDINATOR_METHOD = "coordinator";

    private static final Duration FIRST_BACK_OFF = Duration.ofMillis(100);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);

    private final Map<String, CoordinatorProperties> properties;
    private final boolean virtualThreads;
    private final ObjectProvider<ContextPropagator> contextPropagators;
    private final ObjectProvider<CoordinatorCustomizer> customizers;
    private final Map<String, Predicate<? super Throwable>> failures = new ConcurrentHashMap<>();

    /** Made by the auto-configuration. */
    CoordinatorFactory(
            FairwaySettings settings,
            ObjectProvider<ContextPropagator> contextPropagators,
            ObjectProvider<CoordinatorCustomizer> customizers) {
        this.properties = settings.properties().getCoordinators();
        this.virtualThreads = settings.virtualThreads();
        this.contextPropagators = contextPropagators;
        this.customizers = customizers;
    }

    /**
     * {@return a new coordinator with the settings of the entry of its name, or default ones when there is none}
     *
     * @param name its name
     * @param <T> the tasks
     * @param <R> the results
     */
    public <T, R extends @Nullable Object> Coordinator<T, R> coordinator(String name) {
        return configure(name, Coordinator.<T, R>builder()).build();
    }

    /**
     * Says what counts as a worker's failure where no customizer says otherwise; everything by default. It counts for the
     * coordinators of that name that this factory makes and has made.
     *
     * @param coordinator the coordinator's name
     * @param failureIf asked about what a task threw
     */
    public void failureIf(String coordinator, Predicate<? super Throwable> failureIf) {
        failures.put(coordinator, failureIf);
    }

    /**
     * {@return how many workers each prototype bean gives; at least 1}
     *
     * @param coordinator the coordinator's name
     */
    public int workersPerBean(String coordinator) {
        CoordinatorProperties settings = properties.get(coordinator);
        Integer workers = settings == null ? null : settings.getWorkersPerBean();
        return workers == null ? 1 : workers;
    }

    @Override
    public <T, R extends @Nullable Object> Coordinator.Builder<T, R> configure(
            String name, Coordinator.Builder<T, R> builder) {
        builder.name(name).virtualThreads(virtualThreads).failureIf(thrown -> isFailure(name, thrown));
        CoordinatorProperties settings = properties.get(name);
        if (settings != null) {
            apply(settings, builder);
        }
        List<ContextPropagator> propagators = contextPropagators.orderedStream().toList();
        if (!propagators.isEmpty()) {
            builder.contextPropagator(CompositeContextPropagator.of(propagators));
        }
        for (CoordinatorCustomizer customizer : customizers.orderedStream().toList()) {
            customizer.customize(name, builder);
        }
        return builder;
    }

    private boolean isFailure(String coordinator, Throwable thrown) {
        Predicate<? super Throwable> failureIf = failures.get(coordinator);
        return failureIf == null || failureIf.test(thrown);
    }

    private static void apply(CoordinatorProperties settings, Coordinator.Builder<?, ?> builder) {
        if (settings.getQueueThreshold() != null) {
            builder.queueThreshold(settings.getQueueThreshold());
        }
        if (settings.getCapacity() != null) {
            builder.capacity(settings.getCapacity());
        }
        if (settings.getEwmaAlpha() != null) {
            builder.ewmaAlpha(settings.getEwmaAlpha());
        }
        if (settings.getLoadBalance() != null) {
            builder.loadBalance(loadBalance(settings.getLoadBalance()));
        }
        if (settings.getTaskTimeout() != null) {
            builder.taskTimeout(settings.getTaskTimeout());
        }
        if (settings.getFailuresToQuarantine() != null) {
            builder.failuresToQuarantine(settings.getFailuresToQuarantine());
        }
        apply(settings.getQuarantineBackOff(), builder);
        if (settings.getDrainTimeout() != null) {
            builder.drainTimeout(settings.getDrainTimeout());
        }
    }

    /** The one that is not set gives way to the other. */
    private static void apply(CoordinatorProperties.BackOff backOff, Coordinator.Builder<?, ?> builder) {
        Duration first = backOff.getFirst();
        Duration longest = backOff.getLongest();
        if (first != null && longest != null) {
            builder.quarantineBackOff(first, longest);
        } else if (first != null) {
            builder.quarantineBackOff(first, first.compareTo(LONGEST_BACK_OFF) > 0 ? first : LONGEST_BACK_OFF);
        } else if (longest != null) {
            builder.quarantineBackOff(longest.compareTo(FIRST_BACK_OFF) < 0 ? longest : FIRST_BACK_OFF, longest);
        }
    }

    private static LoadBalance loadBalance(CoordinatorProperties.Strategy strategy) {
        return switch (strategy) {
            case EXPECTED_DELAY -> LoadBalance.EXPECTED_DELAY;
            case LEAST_LOADED -> LoadBalance.LEAST_LOADED;
            case ROUND_ROBIN -> LoadBalance.ROUND_ROBIN;
        };
    }
}
