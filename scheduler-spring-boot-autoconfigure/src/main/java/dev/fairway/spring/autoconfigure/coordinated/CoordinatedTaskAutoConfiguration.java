package dev.fairway.spring.autoconfigure.coordinated;

import dev.fairway.coordinator.Coordinator;
import dev.fairway.spring.autoconfigure.FairwayAutoConfiguration;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Lazy;
import org.springframework.context.annotation.Role;

/** Makes {@link dev.fairway.spring.CoordinatedTask} work. */
@AutoConfiguration(after = FairwayAutoConfiguration.class)
@ConditionalOnClass({Coordinator.class, ProxyFactory.class})
public final class CoordinatedTaskAutoConfiguration {
    /** Made by Spring. */
    public CoordinatedTaskAutoConfiguration() {}

    @Bean(CoordinatedContracts.BEAN_NAME)
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    @Lazy(false)
    static CoordinatedContracts fairwayCoordinatedContracts() {
        return new CoordinatedContracts();
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static WorkerBeanPostProcessor fairwayWorkerBeanPostProcessor(CoordinatedContracts contracts) {
        return new WorkerBeanPostProcessor(contracts);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static OutermostWorkerAdvice fairwayOutermostWorkerAdvice(CoordinatedContracts contracts) {
        return new OutermostWorkerAdvice(contracts);
    }

    @Bean
    @Role(BeanDefinition.ROLE_INFRASTRUCTURE)
    static WorkerRetirement fairwayWorkerRetirement(CoordinatedContracts contracts) {
        return new WorkerRetirement(contracts);
    }
}
