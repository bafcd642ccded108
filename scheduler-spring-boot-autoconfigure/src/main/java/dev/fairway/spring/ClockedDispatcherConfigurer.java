package dev.fairway.spring;

import dev.fairway.dispatcher.ClockedDispatcher;

/**
 * Gives a dispatcher that the application builds itself what those from {@code fairway.dispatchers.*} have: the properties of the
 * entry of its name (when there is one), context propagation and the {@link ClockedDispatcherCustomizer}s.
 *
 * <pre>{@code
 * @Bean
 * SequencingDispatcher<Event> ledger(ClockedDispatcherConfigurer configurer, Journal journal) {
 *     return configurer
 *             .configure("ledger", ClockedDispatcher.<Event>builder())
 *             .startAfter(journal.lastTimestamp())
 *             .sequencing();
 * }
 * }</pre>
 *
 * <p>A bean of this type is there to be injected. The mode and the merge order of the entry are for whoever builds it.
 */
public interface ClockedDispatcherConfigurer {
    /**
     * Applies the settings.
     *
     * @param name the name of the dispatcher's bean
     * @param builder the dispatcher's builder
     * @param <T> its payloads
     * @return the builder
     */
    <T> ClockedDispatcher.Builder<T> configure(String name, ClockedDispatcher.Builder<T> builder);
}
