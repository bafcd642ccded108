package dev.fairway.spring.autoconfigure;

import dev.fairway.spring.FairProcessor;
import dev.fairway.spring.TaskProcessor;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.BeanFactory;
import org.springframework.beans.factory.BeanFactoryAware;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.beans.factory.config.ConstructorArgumentValues.ValueHolder;
import org.springframework.beans.factory.config.RuntimeBeanReference;
import org.springframework.core.annotation.AnnotationUtils;

/** Says so when a {@link FairProcessor} comes to light only when its bean is there, too late to decide what scheduler it gives. */
final class FairProcessorCheck implements BeanPostProcessor, BeanFactoryAware {
    private @Nullable ConfigurableListableBeanFactory beanFactory;

    @Override
    public void setBeanFactory(BeanFactory beanFactory) {
        this.beanFactory = (ConfigurableListableBeanFactory) beanFactory;
    }

    @Override
    public Object postProcessBeforeInitialization(Object bean, String beanName) {
        if (bean instanceof TaskProcessor<?, ?>) {
            FairProcessor annotation = AnnotationUtils.findAnnotation(bean.getClass(), FairProcessor.class);
            if (annotation != null && !isKnown(annotation.value(), beanName)) {
                throw new FairwayConfigurationException(
                        "The bean '" + beanName + "' turned out to carry @FairProcessor(\"" + annotation.value()
                                + "\") only when it was instantiated, too late to make the scheduler '"
                                + annotation.value()
                                + "'.",
                        "Declare " + bean.getClass().getName()
                                + " as the return type of its @Bean method, or put the annotation"
                                + " on that method.");
            }
        }
        return bean;
    }

    private boolean isKnown(String scheduler, String beanName) {
        if (beanFactory == null || !beanFactory.containsBeanDefinition(scheduler)) {
            return false;
        }
        BeanDefinition definition = beanFactory.getBeanDefinition(scheduler);
        ValueHolder processor = definition.getConstructorArgumentValues().getIndexedArgumentValue(1, null);
        return processor != null
                && processor.getValue() instanceof RuntimeBeanReference reference
                && reference.getBeanName().equals(beanName);
    }
}
