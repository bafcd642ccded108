package dev.fairway.spring.autoconfigure.observation;

import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.FairwaySettings;
import dev.fairway.spring.autoconfigure.LazyParts;
import dev.fairway.spring.observation.DefaultFairTaskObservationConvention;
import dev.fairway.spring.observation.FairTaskObservationConvention;
import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.Order;
import org.springframework.util.function.SingletonSupplier;

/** Observes tasks when there is a registry, and somebody who listens to more than meters. */
@AutoConfiguration(
        after = FairwayAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
@ConditionalOnClass(ObservationRegistry.class)
@ConditionalOnBean(ObservationRegistry.class)
@ConditionalOnProperty(name = "fairway.observation.enabled", matchIfMissing = true)
@Import(LazyParts.class)
public final class FairwayObservationAutoConfiguration {
    /** Made by Spring. */
    public FairwayObservationAutoConfiguration() {}

    @Bean
    @Order(300)
    @Lazy
    TaskObservations fairwayTaskObservations(
            FairwaySettings settings,
            ObjectProvider<ObservationRegistry> registry,
            ObjectProvider<ObservationHandler<?>> handlers,
            ObjectProvider<FairTaskObservationConvention> convention) {
        return new TaskObservations(
                SingletonSupplier.of(() -> registry(settings, registry.getObject(), handlers)),
                convention.getIfAvailable(DefaultFairTaskObservationConvention::new));
    }

    private static ObservationRegistry registry(
            FairwaySettings settings, ObservationRegistry registry, ObjectProvider<ObservationHandler<?>> handlers) {
        Boolean chosen = settings.properties().getObservation().getEnabled();
        boolean observed = chosen != null
                ? chosen
                : Worthwhile.isWorthwhile(registry, handlers.orderedStream().toList());
        return observed ? registry : ObservationRegistry.NOOP;
    }
}
