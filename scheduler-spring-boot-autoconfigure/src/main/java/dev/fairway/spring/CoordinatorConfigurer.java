package dev.fairway.spring;

import dev.fairway.coordinator.Coordinator;
import org.jspecify.annotations.Nullable;

/**
 * Gives a coordinator that the application builds itself what those from {@code fairway.coordinators.*} have: the properties of
 * the entry of its name (when there is one), context propagation and the {@link CoordinatorCustomizer}s.
 *
 * <pre>{@code
 * @Bean
 * Coordinator<Query, Rows> replicas(CoordinatorConfigurer configurer, Replica eu, Replica us) {
 *     Coordinator<Query, Rows> replicas = configurer.configure("replicas", Coordinator.<Query, Rows>builder()).build();
 *     replicas.addWorker("eu", eu::run);
 *     replicas.addWorker("us", us::run);
 *     return replicas;
 * }
 * }</pre>
 *
 * <p>A bean of this type is there to be injected.
 */
public interface CoordinatorConfigurer {
    /**
     * Applies the settings.
     *
     * @param name the name of the coordinator's bean
     * @param builder the coordinator's builder
     * @param <T> its tasks
     * @param <R> their results
     * @return the builder
     */
    <T, R extends @Nullable Object> Coordinator.Builder<T, R> configure(String name, Coordinator.Builder<T, R> builder);
}
