package dev.fairway.spring.autoconfigure;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Defines a bean for each entry of the properties, from the environment and before anything is instantiated. Being part of an
 * auto-configuration it runs after the application's own beans were defined, and leaves theirs alone.
 *
 * <p>A definition names a method of a factory bean and its arguments, which is what ahead-of-time processing can write down. The names
 * of the beans are then those of build time; their settings are still read when the application starts.
 */
final class EntryRegistrar implements ImportBeanDefinitionRegistrar {
    private final Environment environment;
    private final ConfigurableListableBeanFactory beanFactory;

    EntryRegistrar(Environment environment, BeanFactory beanFactory) {
        this.environment = environment;
        this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
        FairwayProperties properties = FairwayConfiguration.read(environment);
        if (!beanFactory.containsSingleton(CheckedProperties.BEAN)) {
            beanFactory.registerSingleton(
                    CheckedProperties.BEAN, new CheckedProperties(properties)); // to bind takes its time
        }
        SchedulerEntries.define(properties, beanFactory, registry);
        CoordinatorEntries.define(properties, beanFactory, registry);
        DispatcherEntries.define(properties, beanFactory, registry);
    }
}
