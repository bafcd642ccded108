package dev.fairway.spring;

import dev.fairway.coordinator.Coordinator;

/**
 * Has the last word on the settings of the coordinators that are made from {@code fairway.coordinators.*}, for a
 * {@code @CoordinatedTask}, and of the default one.
 *
 * <p>Beans of this type are called in their order ({@link org.springframework.core.annotation.Order @Order}) after the
 * properties were applied, once for each coordinator and before it is built; the last call of each builder method wins. A
 * coordinator that the application builds itself is customized when it goes through {@link CoordinatorConfigurer}.
 */
@FunctionalInterface
public interface CoordinatorCustomizer {
    /**
     * Changes settings.
     *
     * @param name the coordinator's name
     * @param builder its settings so far
     */
    void customize(String name, Coordinator.Builder<?, ?> builder);
}
