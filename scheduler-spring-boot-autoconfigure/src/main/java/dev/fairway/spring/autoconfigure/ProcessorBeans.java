package dev.fairway.spring.autoconfigure;

import dev.fairway.spring.FairProcessor;
import dev.fairway.spring.TaskProcessor;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.scope.ScopedProxyUtils;
import org.springframework.beans.factory.CannotLoadBeanClassException;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.core.ResolvableType;

/** Finds the beans with a {@link FairProcessor} among the definitions, without instantiating anything. */
final class ProcessorBeans {
    private final ConfigurableListableBeanFactory beanFactory;
    private final Map<String, Processor> bySchedulerName = new LinkedHashMap<>();

    private ProcessorBeans(ConfigurableListableBeanFactory beanFactory) {
        this.beanFactory = beanFactory;
    }

    /** {@return the processors by the name of their scheduler} */
    static Map<String, Processor> find(ConfigurableListableBeanFactory beanFactory) {
        ProcessorBeans found = new ProcessorBeans(beanFactory);
        for (String beanName : beanFactory.getBeanDefinitionNames()) {
            BeanDefinition definition = beanFactory.getBeanDefinition(beanName);
            if (!ScopedProxyUtils.isScopedTarget(beanName)
                    && !BeanOrigins.isOfSpring(definition)
                    && !BeanOrigins.isOfFairway(definition)) {
                found.look(beanName);
            }
        }
        return found.bySchedulerName;
    }

    private void look(String beanName) {
        FairProcessor annotation = annotation(beanName);
        if (annotation == null) {
            return;
        }
        String scheduler = annotation.value();
        if (scheduler.isBlank()) {
            throw new FairwayConfigurationException(
                    "The @FairProcessor on bean '" + beanName + "' names no scheduler: '" + scheduler + "'.",
                    "Give it the name of an entry of fairway.schedulers.");
        }
        Processor processor = new Processor(beanName, SchedulerEntries.schedulerType(processorType(beanName)));
        Processor other = bySchedulerName.putIfAbsent(scheduler, processor);
        if (other != null) {
            throw new FairwayConfigurationException(
                    "The beans '" + other.beanName() + "' and '" + beanName + "' both carry @FairProcessor(\""
                            + scheduler + "\").",
                    "A scheduler has one processor: give one of them another scheduler.");
        }
    }

    private @Nullable FairProcessor annotation(String beanName) {
        try {
            return beanFactory.findAnnotationOnBean(beanName, FairProcessor.class, false);
        } catch (CannotLoadBeanClassException e) {
            return null; // whoever instantiates it will say so
        }
    }

    private ResolvableType processorType(String beanName) {
        ResolvableType type = beanFactory.getMergedBeanDefinition(beanName).getResolvableType();
        ResolvableType processor = type.as(TaskProcessor.class);
        if (processor.equals(ResolvableType.NONE)) {
            throw new FairwayConfigurationException(
                    "The bean '" + beanName + "' carries @FairProcessor, but its type " + type
                            + " is no TaskProcessor.",
                    "Let it implement " + TaskProcessor.class.getName() + ".");
        }
        return processor;
    }

    /**
     * A processor.
     *
     * @param beanName its bean
     * @param schedulerType the type of the scheduler that it gives
     */
    record Processor(String beanName, ResolvableType schedulerType) {}
}
