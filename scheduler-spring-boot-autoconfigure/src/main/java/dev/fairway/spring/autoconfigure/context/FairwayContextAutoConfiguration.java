package dev.fairway.spring.autoconfigure.context;

import dev.fairway.ContextPropagator;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.observation.ObservationRegistry;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;
import org.springframework.util.function.SingletonSupplier;

/**
 * Carries MDC, observation and authentication into the tasks' process and commit, as far as their libraries are present. The MDC
 * is restored first: a trace writes into it.
 */
@AutoConfiguration(
        after = FairwayAutoConfiguration.class,
        afterName = "org.springframework.boot.micrometer.observation.autoconfigure.ObservationAutoConfiguration")
public final class FairwayContextAutoConfiguration {
    /** Made by Spring. */
    public FairwayContextAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MDC.class)
    @ConditionalOnProperty(name = "fairway.context.mdc", matchIfMissing = true)
    static class Mdc {
        @Bean
        @Lazy
        @Order(0)
        @ConditionalOnMissingBean(name = "fairwayMdcPropagator")
        ContextPropagator fairwayMdcPropagator() {
            return new MdcPropagator();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ContextSnapshotFactory.class)
    @ConditionalOnProperty(name = "fairway.context.observation", matchIfMissing = true)
    static class ThreadLocals {
        @Bean
        @Lazy
        @Order(100)
        @ConditionalOnMissingBean(name = "fairwayThreadLocalsPropagator")
        ContextPropagator fairwayThreadLocalsPropagator() {
            return new ThreadLocalsPropagator();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(ObservationRegistry.class)
    @ConditionalOnMissingClass("io.micrometer.context.ContextSnapshotFactory")
    @ConditionalOnBean(ObservationRegistry.class)
    @ConditionalOnProperty(name = "fairway.context.observation", matchIfMissing = true)
    static class CurrentObservation {
        @Bean
        @Lazy
        @Order(100)
        @ConditionalOnMissingBean(name = "fairwayCurrentObservationPropagator")
        ContextPropagator fairwayCurrentObservationPropagator(ObjectProvider<ObservationRegistry> registry) {
            return new CurrentObservationPropagator(SingletonSupplier.of(registry::getObject));
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SecurityContextHolder.class)
    @ConditionalOnProperty(name = "fairway.context.security", matchIfMissing = true)
    static class Security {
        @Bean
        @Lazy
        @Order(200)
        @ConditionalOnMissingBean(name = "fairwaySecurityContextPropagator")
        ContextPropagator fairwaySecurityContextPropagator(ObjectProvider<SecurityContextHolderStrategy> strategy) {
            return new SecurityContextPropagator(
                    strategy.getIfAvailable(SecurityContextHolder::getContextHolderStrategy));
        }
    }
}
