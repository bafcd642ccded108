package dev.fairway.spring;

import dev.fairway.scheduler.SchedulerBuilder;

/**
 * Gives a scheduler that the application builds itself what those from {@code fairway.schedulers.*} have: the properties of the
 * entry of its name (when there is one), context propagation, timers, observations and the {@link FairSchedulerCustomizer}s.
 *
 * <pre>{@code
 * @Bean
 * FairScheduler<Url, Page> fetch(FairSchedulerConfigurer configurer, Http http) {
 *     return configurer.configure("fetch", FairScheduler.<Url, Page>processing(http::get)).build();
 * }
 * }</pre>
 *
 * <p>A bean of this type is there to be injected. Channels that the entry configures have its settings, and are opened by their
 * first task.
 */
public interface FairSchedulerConfigurer {
    /**
     * Applies the settings.
     *
     * @param name the name of the scheduler's bean
     * @param builder the scheduler's builder
     * @param <B> its type
     * @return the builder
     */
    <B extends SchedulerBuilder<?, ?>> B configure(String name, B builder);
}
