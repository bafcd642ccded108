package dev.fairway.spring.autoconfigure;

import dev.fairway.coordinator.Coordinator;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Defines a bean for each entry of {@code fairway.coordinators}. Their type is the raw interface, so that they can be
 * injected with whatever tasks and results.
 */
final class CoordinatorEntries {
    static final String FACTORY = "fairwayCoordinatorFactory";
    static final String DEFAULT_COORDINATOR = "coordinator";

    private CoordinatorEntries() {}

    static void define(
            FairwayProperties properties,
            ConfigurableListableBeanFactory beanFactory,
            BeanDefinitionRegistry registry) {
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
