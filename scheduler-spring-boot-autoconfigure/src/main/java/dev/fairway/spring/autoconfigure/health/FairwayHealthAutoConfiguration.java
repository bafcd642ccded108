package dev.fairway.spring.autoconfigure.health;

import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.DispatcherBeans;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.FairwaySettings;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** The health contributor {@code fairway}; {@code management.health.fairway.enabled=false} switches it off. */
@AutoConfiguration(after = FairwayAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
public final class FairwayHealthAutoConfiguration {
    /** Made by Spring. */
    public FairwayHealthAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean(name = "fairwayHealthIndicator")
    @ConditionalOnEnabledHealthIndicator("fairway")
    FairwayHealthIndicator fairwayHealthIndicator(
            FairwaySettings settings,
            SchedulerBeans schedulers,
            CoordinatorBeans coordinators,
            DispatcherBeans dispatchers) {
        return new FairwayHealthIndicator(
                schedulers,
                coordinators,
                dispatchers,
                settings.properties().getHealth().getStuckAfter());
    }
}
