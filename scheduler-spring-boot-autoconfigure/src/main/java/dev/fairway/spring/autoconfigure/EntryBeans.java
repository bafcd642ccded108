package dev.fairway.spring.autoconfigure;

import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;

/**
 * Defines the beans of one kind of primitive. A definition names a method of a factory bean and its arguments, which is what
 * ahead-of-time processing can write down.
 */
final class EntryBeans {
    private final ConfigurableListableBeanFactory beanFactory;
    private final BeanDefinitionRegistry registry;
    private final String kind;
    private final Class<?> type;

    /**
     * @param beanFactory knows the types of the beans that are there already
     * @param registry takes the definitions
     * @param kind "scheduler", for example
     * @param type what a bean of the application's must be to replace one of this kind
     */
    EntryBeans(
            ConfigurableListableBeanFactory beanFactory, BeanDefinitionRegistry registry, String kind, Class<?> type) {
        this.beanFactory = beanFactory;
        this.registry = registry;
        this.kind = kind;
        this.type = type;
    }

    /** {@return a definition of the bean that a factory's method makes when it is given its name} */
    RootBeanDefinition definition(String name, String factory, String method) {
        RootBeanDefinition definition = new RootBeanDefinition();
        definition.setFactoryBeanName(factory);
        definition.setFactoryMethodName(method);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
        definition.setDestroyMethodName("close");
        definition.setResourceDescription("fairway." + kind + "s." + name);
        LazyParts.leaveAlone(definition);
        return definition;
    }

    /** {@return whether there is none of this kind yet} Instantiates nothing. */
    boolean isNone() {
        return beanFactory.getBeanNamesForType(type, true, false).length == 0;
    }

    void define(String name, RootBeanDefinition definition) {
        registry.registerBeanDefinition(name, definition);
    }

    /** Defines the bean that is there when nobody has asked for another, and is made when somebody asks for it. */
    void defineDefault(String name, RootBeanDefinition definition) {
        definition.setLazyInit(true);
        define(name, definition);
    }

    boolean isInUse(String name) {
        return registry.isBeanNameInUse(name);
    }

    /**
     * Checks that a bean which is there already may stand in the place of an entry's: one of the application's that is of the
     * right type.
     *
     * @param origin where the entry comes from
     * @param required what the bean must be
     * @return what the bean is, for messages
     */
    String requireReplacement(String name, String origin, Class<?> required) {
        Class<?> found = beanFactory.getType(name, false);
        String ours = origin(name);
        String existing = "the bean '" + name + "' of type " + (found == null ? "unknown" : found.getName()) + ours;
        if (found == null || !required.isAssignableFrom(found)) {
            throw new FairwayConfigurationException(
                    "The " + kind + " '" + name + "' (" + origin + ") and " + existing + " have the same name.",
                    "Rename one of them. A bean of the application's replaces the " + kind
                            + " only when it is one itself.");
        }
        return existing;
    }

    /** Where a bean of ours comes from. */
    private String origin(String name) {
        if (registry.containsBeanDefinition(name)) {
            BeanDefinition definition = registry.getBeanDefinition(name);
            String origin = definition.getResourceDescription();
            if (origin != null && origin.startsWith("fairway.")) {
                return " (property " + origin + ")";
            }
        }
        return "";
    }
}
