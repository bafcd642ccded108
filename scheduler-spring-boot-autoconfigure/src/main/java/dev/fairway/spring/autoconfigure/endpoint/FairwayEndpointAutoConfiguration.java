package dev.fairway.spring.autoconfigure.endpoint;

import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.DispatcherBeans;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.boot.actuate.autoconfigure.endpoint.condition.ConditionalOnAvailableEndpoint;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.context.annotation.Bean;

/** The endpoint {@code fairway}, where it is exposed. */
@AutoConfiguration(after = FairwayAutoConfiguration.class)
@ConditionalOnClass(ConditionalOnAvailableEndpoint.class)
public final class FairwayEndpointAutoConfiguration {
    /** Made by Spring. */
    public FairwayEndpointAutoConfiguration() {}

    @Bean
    @ConditionalOnMissingBean
    @ConditionalOnAvailableEndpoint
    FairwayEndpoint fairwayEndpoint(
            SchedulerBeans schedulers,
            CoordinatorBeans coordinators,
            DispatcherBeans dispatchers,
            ApplicationEventPublisher events) {
        Map<String, Section> sections = new LinkedHashMap<>();
        sections.put("schedulers", new SchedulerSection(schedulers));
        sections.put("coordinators", new CoordinatorSection(coordinators));
        sections.put("dispatchers", new DispatcherSection(dispatchers));
        return new FairwayEndpoint(sections, events);
    }
}
