package dev.fairway.spring.autoconfigure;

import org.springframework.aop.framework.autoproxy.AutoProxyUtils;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;
import org.springframework.beans.factory.support.BeanDefinitionRegistry;
import org.springframework.context.annotation.ImportBeanDefinitionRegistrar;
import org.springframework.core.AttributeAccessor;
import org.springframework.core.type.AnnotationMetadata;

/**
 * Keeps Spring from looking at the methods of lazy beans that nobody has asked for: to find event listeners it looks at those of all
 * beans, which loads whatever class stands in a signature. An application would load much of the primitives that it does not use.
 *
 * <p>A configuration that imports this has it done for its lazy beans.
 */
public final class LazyParts implements ImportBeanDefinitionRegistrar {
    /** Made by Spring. */
    public LazyParts() {}

    @Override
    public void registerBeanDefinitions(AnnotationMetadata importingClass, BeanDefinitionRegistry registry) {
        for (String name : registry.getBeanDefinitionNames()) {
            BeanDefinition definition = registry.getBeanDefinition(name);
            if (definition.isLazyInit() && isOf(importingClass, definition)) {
                leaveAlone(definition);
            }
        }
    }

    private static boolean isOf(AnnotationMetadata configuration, BeanDefinition definition) {
        return definition instanceof AnnotatedBeanDefinition annotated
                && annotated.getFactoryMethodMetadata() != null
                && annotated.getFactoryMethodMetadata().getDeclaringClassName().equals(configuration.getClassName());
    }

    /** Says that there is nothing to be found in the methods of the bean. */
    static void leaveAlone(AttributeAccessor definition) {
        definition.setAttribute(AutoProxyUtils.ORIGINAL_TARGET_CLASS_ATTRIBUTE, Object.class);
    }
}
