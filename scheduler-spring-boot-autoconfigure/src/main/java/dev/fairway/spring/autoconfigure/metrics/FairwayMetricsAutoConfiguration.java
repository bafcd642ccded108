package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.DispatcherBeans;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.FairwaySettings;
import dev.fairway.spring.autoconfigure.LazyParts;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;

/** Meters, when there is a registry. */
@AutoConfiguration(
        after = FairwayAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
@Import(LazyParts.class)
public final class FairwayMetricsAutoConfiguration {
    /** Made by Spring. */
    public FairwayMetricsAutoConfiguration() {}

    /** Whoever gives meters is made when there is somebody to have them. */
    @Bean
    FairwayMeters fairwayMeters(
            ObjectProvider<MeterRegistry> registries,
            SchedulerBeans schedulers,
            ObjectProvider<SchedulerMetering> schedulerMetering,
            CoordinatorBeans coordinators,
            ObjectProvider<CoordinatorMetering> coordinatorMetering,
            DispatcherBeans dispatchers,
            ObjectProvider<DispatcherMetering> dispatcherMetering) {
        return new FairwayMeters(registries, () -> {
            schedulers.onEach((name, scheduler) -> schedulerMetering.getObject());
            coordinators.onEach((name, coordinator) -> coordinatorMetering.getObject());
            dispatchers.onEach((name, dispatcher) -> dispatcherMetering.getObject());
        });
    }

    @Bean
    @Lazy
    SchedulerMetering fairwaySchedulerMetering(
            FairwaySettings settings, SchedulerBeans schedulers, FairwayMeters meters) {
        return new SchedulerMetering(settings.properties().getMetrics().getMaxChannels(), schedulers, meters);
    }

    @Bean
    @Lazy
    CoordinatorMetering fairwayCoordinatorMetering(
            FairwaySettings settings, CoordinatorBeans coordinators, FairwayMeters meters) {
        return new CoordinatorMetering(settings.properties().getMetrics().getMaxWorkers(), coordinators, meters);
    }

    @Bean
    @Lazy
    DispatcherMetering fairwayDispatcherMetering(
            FairwaySettings settings, DispatcherBeans dispatchers, FairwayMeters meters) {
        return new DispatcherMetering(settings.properties().getMetrics().getMaxReceivers(), dispatchers, meters);
    }
}
