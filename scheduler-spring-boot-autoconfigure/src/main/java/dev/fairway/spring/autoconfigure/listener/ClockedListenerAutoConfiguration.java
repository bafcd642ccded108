package dev.fairway.spring.autoconfigure.listener;

import dev.fairway.spring.autoconfigure.DispatcherBeans;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import dev.fairway.spring.autoconfigure.FairwaySettings;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;

/** Makes {@link dev.fairway.spring.ClockedListener} work. */
@AutoConfiguration(after = FairwayAutoConfiguration.class)
public final class ClockedListenerAutoConfiguration {
    /** Made by Spring. */
    public ClockedListenerAutoConfiguration() {}

    @Bean
    ClockedListeners fairwayClockedListeners(
            ConfigurableListableBeanFactory beanFactory, FairwaySettings settings, DispatcherBeans dispatchers) {
        return new ClockedListeners(beanFactory, settings.virtualThreads(), dispatchers);
    }
}
