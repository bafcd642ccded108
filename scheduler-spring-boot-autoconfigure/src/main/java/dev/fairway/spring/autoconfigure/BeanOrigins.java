package dev.fairway.spring.autoconfigure;

import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;

/** Whose a bean is, before it is there. Not for applications. */
public final class BeanOrigins {
    private BeanOrigins() {}

    /**
     * {@return whether it is one of Spring's own, or a lazy one of ours} Those are many, and looking at one closely loads its class,
     * or those in its signatures.
     *
     * @param definition how it is made
     */
    public static boolean isOfFramework(BeanDefinition definition) {
        if (LazyParts.isLeftAlone(definition)) {
            return true;
        }
        String origin = definition.getBeanClassName();
        if (definition instanceof AnnotatedBeanDefinition annotated && annotated.getFactoryMethodMetadata() != null) {
            origin = annotated.getFactoryMethodMetadata().getDeclaringClassName();
        }
        return origin != null && origin.startsWith("org.springframework.");
    }
}
