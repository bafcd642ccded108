package dev.fairway.spring.autoconfigure;

import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.scheduler.SchedulerControl;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Defines a bean for each entry of {@code fairway.schedulers}, from the environment and before anything is instantiated. Being
 * part of an auto-configuration it runs after the application's own beans were defined, and leaves theirs alone.
 *
 * <p>A definition names a method of {@link SchedulerFactory} and its arguments, which is what ahead-of-time processing can write
 * down. The names of the beans are then those of build time; their settings are still read when the application starts.
 */
final class SchedulerRegistrar implements ImportBeanDefinitionRegistrar {
    static final String FACTORY = "fairwaySchedulerFactory";
    static final String DEFAULT_EXECUTOR = "fairExecutor";

    private final Environment environment;
    private final ConfigurableListableBeanFactory beanFactory;

    SchedulerRegistrar(Environment environment, BeanFactory beanFactory) {
        this.environment = environment;
        this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
        FairwayProperties properties = FairwayConfiguration.read(environment);
        Map<String, ProcessorBeans.Processor> processors = ProcessorBeans.find(beanFactory);
        Set<String> names = new LinkedHashSet<>(properties.getSchedulers().keySet());
        names.addAll(processors.keySet());
        if (names.isEmpty()) {
            registerDefault(registry);
        }
        for (String name : names) {
            ProcessorBeans.Processor processor = processors.get(name);
            if (registry.isBeanNameInUse(name)) {
                requireReplacement(name, processor);
            } else {
                registry.registerBeanDefinition(name, definition(name, processor));
            }
        }
    }

    private void registerDefault(BeanDefinitionRegistry registry) {
        boolean applicationHasOne = beanFactory.getBeanNamesForType(SchedulerControl.class, true, false).length > 0;
        if (!applicationHasOne && !registry.isBeanNameInUse(DEFAULT_EXECUTOR)) {
            RootBeanDefinition definition = definition(DEFAULT_EXECUTOR, null);
            definition.setLazyInit(true);
            registry.registerBeanDefinition(DEFAULT_EXECUTOR, definition);
        }
    }

    private static RootBeanDefinition definition(String name, ProcessorBeans.@Nullable Processor processor) {
        RootBeanDefinition definition = new RootBeanDefinition();
        definition.setFactoryBeanName(FACTORY);
        definition.getConstructorArgumentValues().addIndexedArgumentValue(0, name);
        definition.setDestroyMethodName("close");
        definition.setResourceDescription("fairway.schedulers." + name);
        if (processor == null) {
            definition.setFactoryMethodName(SchedulerFactory.EXECUTOR_METHOD);
            definition.setTargetType(FairExecutor.class);
        } else {
            definition.setFactoryMethodName(SchedulerFactory.SCHEDULER_METHOD);
            definition
                    .getConstructorArgumentValues()
                    .addIndexedArgumentValue(1, new RuntimeBeanReference(processor.beanName()));
            definition.setTargetType(processor.schedulerType());
        }
        return definition;
    }

    /** A bean of the application's replaces the entry when it is of the entry's type, and is a clash of names otherwise. */
    private void requireReplacement(String name, ProcessorBeans.@Nullable Processor processor) {
        Class<?> type = beanFactory.getType(name, false);
        boolean replaces = type != null
                && (processor == null ? SchedulerControl.class : FairScheduler.class).isAssignableFrom(type);
        String existing = "the bean '" + name + "' of type " + (type == null ? "unknown" : type.getName());
        if (!replaces) {
            throw new FairwayConfigurationException(
                    "The scheduler '" + name + "' (" + origin(name, processor) + ") and " + existing
                            + " have the same name.",
                    "Rename one of them. A bean of the application's replaces the scheduler only when it is one itself.");
        }
        if (processor != null) {
            throw new FairwayConfigurationException(
                    "Both the @FairProcessor(\"" + name + "\") bean '" + processor.beanName() + "' and " + existing
                            + " want to be the scheduler '" + name + "'.",
                    "Remove the annotation from '" + processor.beanName() + "', or the bean '" + name + "'.");
        }
    }

    private static String origin(String name, ProcessorBeans.@Nullable Processor processor) {
        return processor == null
                ? "property fairway.schedulers." + name
                : "@FairProcessor on bean '" + processor.beanName() + "'";
    }

    /** {@return the type of a scheduler bean whose tasks and results are known as far as the processor's declaration says} */
    static ResolvableType schedulerType(ResolvableType processor) {
        return processor.hasGenerics() && !processor.hasUnresolvableGenerics()
                ? ResolvableType.forClassWithGenerics(FairScheduler.class, processor.getGenerics())
                : ResolvableType.forClass(FairScheduler.class);
    }
}
