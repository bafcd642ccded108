package dev.fairway.spring.autoconfigure.context;

import dev.fairway.ContextPropagator;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import io.micrometer.context.ContextSnapshotFactory;
import org.slf4j.MDC;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextHolderStrategy;

/**
 * Carries MDC, observation and authentication into the tasks' process and commit, as far as their libraries are present. The MDC
 * is restored first: a trace writes into it.
 */
@AutoConfiguration(after = FairwayAutoConfiguration.class)
public final class FairwayContextAutoConfiguration {
    /** Made by Spring. */
    public FairwayContextAutoConfiguration() {}

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(MDC.class)
    @ConditionalOnProperty(name = "fairway.context.mdc", matchIfMissing = true)
    static class Mdc {
        @Bean
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
        @Order(100)
        @ConditionalOnMissingBean(name = "fairwayThreadLocalsPropagator")
        ContextPropagator fairwayThreadLocalsPropagator() {
            return new ThreadLocalsPropagator();
        }
    }

    @Configuration(proxyBeanMethods = false)
    @ConditionalOnClass(SecurityContextHolder.class)
    @ConditionalOnProperty(name = "fairway.context.security", matchIfMissing = true)
    static class Security {
        @Bean
        @Order(200)
        @ConditionalOnMissingBean(name = "fairwaySecurityContextPropagator")
        ContextPropagator fairwaySecurityContextPropagator(ObjectProvider<SecurityContextHolderStrategy> strategy) {
            return new SecurityContextPropagator(
                    strategy.getIfAvailable(SecurityContextHolder::getContextHolderStrategy));
        }
    }
}
