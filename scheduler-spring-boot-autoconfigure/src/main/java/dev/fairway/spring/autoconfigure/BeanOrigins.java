package dev.fairway.spring.autoconfigure;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.AnnotatedBeanDefinition;
import org.springframework.beans.factory.config.BeanDefinition;

/** Whose a bean is, before it is there. Not for applications. */
public final class BeanOrigins {
    private BeanOrigins() {}

    /**
     * {@return whether it is one of Spring's own} Those are many, and looking at one closely loads its class.
     *
     * @param definition how it is made
     */
    public static boolean isOfSpring(BeanDefinition definition) {
        String origin = origin(definition);
        return origin != null && origin.startsWith("org.springframework.");
    }

    /**
     * {@return whether it is made by an auto-configuration of ours} Looking at one closely loads classes that may not be used.
     *
     * @param definition how it is made
     */
    public static boolean isOfFairway(BeanDefinition definition) {
        String origin = origin(definition);
        return origin != null
                && origin.startsWith("dev.fairway.spring.autoconfigure.")
                && origin.endsWith("AutoConfiguration");
    }

    private static @Nullable String origin(BeanDefinition definition) {
        String origin = definition.getBeanClassName();
        if (definition instanceof AnnotatedBeanDefinition annotated && annotated.getFactoryMethodMetadata() != null) {
            origin = annotated.getFactoryMethodMetadata().getDeclaringClassName();
        }
        return origin;
    }
}
