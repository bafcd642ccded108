package dev.fairway.spring;

import dev.fairway.scheduler.SchedulerBuilder;

/**
 * Has the last word on the settings of the schedulers that are made from {@code fairway.schedulers.*}, and of the default one.
 *
 * <p>Beans of this type are called in their order ({@link org.springframework.core.annotation.Order @Order}) after the
 * properties were applied, once for each scheduler and before it is built; the last call of each builder method wins. A scheduler
 * that the application builds itself is customized when it goes through {@link FairSchedulerConfigurer}.
 */
@FunctionalInterface
public interface FairSchedulerCustomizer {
    /**
     * Changes settings.
     *
     * @param name the scheduler's bean name
     * @param builder its settings so far
     */
    void customize(String name, SchedulerBuilder<?, ?> builder);
}
