package dev.fairway.spring.autoconfigure;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.MergingDispatcher;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.spring.autoconfigure.DispatcherProperties.Mode;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Defines a bean for each entry of {@code fairway.dispatchers}. Its type is the raw interface of its mode.
 */
final class DispatcherEntries {
    static final String FACTORY = "fairwayDispatcherFactory";
    static final String DEFAULT_DISPATCHER = "clockedDispatcher";

    private DispatcherEntries() {}

    static void define(
            FairwayProperties properties,
            ConfigurableListableBeanFactory beanFactory,
            BeanDefinitionRegistry registry) {
        EntryBeans beans = new EntryBeans(beanFactory, registry, "dispatcher", ClockedDispatcher.class);
        if (properties.getDispatchers().isEmpty() && !beans.isInUse(DEFAULT_DISPATCHER) && beans.isNone()) {
            beans.defineDefault(DEFAULT_DISPATCHER, definition(beans, DEFAULT_DISPATCHER, Mode.SEQUENCING));
        }
        properties.getDispatchers().forEach((name, settings) -> {
            if (beans.isInUse(name)) {
                beans.requireReplacement(name, "property fairway.dispatchers." + name, type(settings.getMode()));
            } else {
                beans.define(name, definition(beans, name, settings.getMode()));
            }
        });
    }

    private static RootBeanDefinition definition(EntryBeans beans, String name, Mode mode) {
        String method = mode == Mode.MERGING ? DispatcherFactory.MERGING_METHOD : DispatcherFactory.SEQUENCING_METHOD;
        RootBeanDefinition definition = beans.definition(name, FACTORY, method);
        definition.setTargetType(type(mode));
        return definition;
    }

    private static Class<?> type(Mode mode) {
        return mode == Mode.MERGING ? MergingDispatcher.class : SequencingDispatcher.class;
    }
}
