package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.FairwayProperties;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Meters, when there is a registry. */
@AutoConfiguration(
        after = FairwayAutoConfiguration.class,
        afterName = {
            "org.springframework.boot.micrometer.metrics.autoconfigure.MetricsAutoConfiguration",
            "org.springframework.boot.micrometer.metrics.autoconfigure.CompositeMeterRegistryAutoConfiguration"
        })
@ConditionalOnClass(MeterRegistry.class)
@ConditionalOnBean(MeterRegistry.class)
public final class FairwayMetricsAutoConfiguration {
    /** Made by Spring. */
    public FairwayMetricsAutoConfiguration() {}

    @Bean
    FairwayMeters fairwayMeters(
            FairwayProperties properties, SchedulerBeans schedulers, ObjectProvider<MeterRegistry> registries) {
        return new FairwayMeters(properties.getMetrics().getMaxChannels(), schedulers, registries);
    }
}
