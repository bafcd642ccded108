package dev.fairway.spring;

import dev.fairway.dispatcher.ClockedDispatcher;

/**
 * Has the last word on the settings of the dispatchers that are made from {@code fairway.dispatchers.*}, and of the default one.
 *
 * <p>Beans of this type are called in their order ({@link org.springframework.core.annotation.Order @Order}) after the
 * properties were applied, once for each dispatcher and before it is built; the last call of each builder method wins. A
 * dispatcher that the application builds itself is customized when it goes through {@link ClockedDispatcherConfigurer}.
 */
@FunctionalInterface
public interface ClockedDispatcherCustomizer {
    /**
     * Changes settings.
     *
     * @param name the dispatcher's bean name
     * @param builder its settings so far
     */
    void customize(String name, ClockedDispatcher.Builder<?> builder);
}
