package dev.fairway.spring.autoconfigure;

import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.scheduler.SchedulerControl;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.beans.factory.support.RootBeanDefinition;
import org.springframework.core.ResolvableType;

/** Defines a bean for each entry of {@code fairway.schedulers}, and for each {@code @FairProcessor}. */
final class SchedulerEntries {
    static final String FACTORY = "fairwaySchedulerFactory";
    static final String DEFAULT_EXECUTOR = "fairExecutor";

    private SchedulerEntries() {}

    static void define(
            FairwayProperties properties,
            ConfigurableListableBeanFactory beanFactory,
            BeanDefinitionRegistry registry) {
        EntryBeans beans = new EntryBeans(beanFactory, registry, "scheduler", SchedulerControl.class);
        Map<String, ProcessorBeans.Processor> processors = ProcessorBeans.find(beanFactory);
        Set<String> names = new LinkedHashSet<>(properties.getSchedulers().keySet());
        names.addAll(processors.keySet());
        if (names.isEmpty()
                && !properties.hasEntry(DEFAULT_EXECUTOR)
                && !beans.isInUse(DEFAULT_EXECUTOR)
                && beans.isNone()) {
            beans.defineDefault(DEFAULT_EXECUTOR, definition(beans, DEFAULT_EXECUTOR, null));
        }
        for (String name : names) {
            ProcessorBeans.Processor processor = processors.get(name);
            if (beans.isInUse(name)) {
                requireReplacement(beans, name, processor);
            } else {
                beans.define(name, definition(beans, name, processor));
            }
        }
    }

    private static RootBeanDefinition definition(
            EntryBeans beans, String name, ProcessorBeans.@Nullable Processor processor) {
        if (processor == null) {
            RootBeanDefinition definition = beans.definition(name, FACTORY, SchedulerFactory.EXECUTOR_METHOD);
            definition.setTargetType(FairExecutor.class);
            return definition;
        }
        RootBeanDefinition definition = beans.definition(name, FACTORY, SchedulerFactory.SCHEDULER_METHOD);
        definition
                .getConstructorArgumentValues()
                .addIndexedArgumentValue(1, new RuntimeBeanReference(processor.beanName()));
        definition.setTargetType(processor.schedulerType());
        return definition;
    }

    /** Two processors of one scheduler are a clash, too, when one of them is in a scheduler of the application's. */
    private static void requireReplacement(
            EntryBeans beans, String name, ProcessorBeans.@Nullable Processor processor) {
        String existing = beans.requireReplacement(
                name, origin(name, processor), processor == null ? SchedulerControl.class : FairScheduler.class);
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
