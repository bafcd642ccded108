package dev.fairway.spring.autoconfigure;

import dev.fairway.coordinator.Coordinator;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Defines a bean for each entry of {@code fairway.coordinators}, as {@link SchedulerRegistrar} does for schedulers. Their type is the
 * raw interface, so that they can be injected with whatever tasks and results.
 */
final class CoordinatorRegistrar implements ImportBeanDefinitionRegistrar {
    static final String FACTORY = "fairwayCoordinatorFactory";
    static final String DEFAULT_COORDINATOR = "coordinator";

    private final Environment environment;
    private final ConfigurableListableBeanFactory beanFactory;

    CoordinatorRegistrar(Environment environment, BeanFactory beanFactory) {
        this.environment = environment;
        this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
        FairwayProperties properties = FairwayConfiguration.read(environment);
        EntryBeans beans = new EntryBeans(beanFactory, registry, "coordinator", Coordinator.class);
        if (properties.getCoordinators().isEmpty()
                && !properties.hasEntry(DEFAULT_COORDINATOR)
                && !beans.isInUse(DEFAULT_COORDINATOR)
                && beans.isNone()) {
            beans.defineDefault(DEFAULT_COORDINATOR, definition(beans, DEFAULT_COORDINATOR));
        }
        for (String name : properties.getCoordinators().keySet()) {
            if (beans.isInUse(name)) {
                beans.requireReplacement(name, "property fairway.coordinators." + name, Coordinator.class);
            } else {
                beans.define(name, definition(beans, name));
            }
        }
    }

    private static RootBeanDefinition definition(EntryBeans beans, String name) {
        RootBeanDefinition definition = beans.definition(name, FACTORY, CoordinatorFactory.COORDINATOR_METHOD);
        definition.setTargetType(Coordinator.class);
        return definition;
    }
}
