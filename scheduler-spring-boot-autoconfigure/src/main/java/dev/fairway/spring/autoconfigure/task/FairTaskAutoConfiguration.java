package dev.fairway.spring.autoconfigure.task;

import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Role;

/** Makes {@link dev.fairway.spring.FairTask} work. */
@AutoConfiguration(after = FairwayAutoConfiguration.class)
public final class FairTaskAutoConfiguration {
    /** Made by Spring. */
    public FairTaskAutoConfiguration() {}

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static FairTaskBeanPostProcessor fairwayTaskBeanPostProcessor() {
        return new FairTaskBeanPostProcessor();
    }
}
