package dev.fairway.spring.autoconfigure;

import dev.fairway.ContextPropagator;
import dev.fairway.spring.ClockedDispatcherCustomizer;
import dev.fairway.spring.CoordinatorCustomizer;
import dev.fairway.spring.FairSchedulerCustomizer;
import dev.fairway.spring.autoconfigure.FairwayLifecycle.Stage;
import java.time.Duration;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.env.Environment;

/**
 * Makes a bean of each entry of {@code fairway.schedulers}, {@code fairway.coordinators} and {@code fairway.dispatchers}, and drains them when the application
 * ends.
 */
@AutoConfiguration
@Import({EntryRegistrar.class, LazyParts.class})
public final class FairwayAutoConfiguration {
    /** Made by Spring. */
    public FairwayAutoConfiguration() {}

    @Bean
    static SchedulerBeans fairwaySchedulerBeans() {
        return new SchedulerBeans();
    }

    @Bean
    static CoordinatorBeans fairwayCoordinatorBeans() {
        return new CoordinatorBeans();
    }

    @Bean
    static DispatcherBeans fairwayDispatcherBeans() {
        return new DispatcherBeans();
    }

    @Bean
    static FairProcessorCheck fairwayProcessorCheck() {
        return new FairProcessorCheck();
    }

    @Bean
    FairwaySettings fairwaySettings(Environment environment, ObjectProvider<CheckedProperties> checked) {
        return FairwaySettings.of(environment, checked.getIfAvailable());
    }

    /** For whoever lists all properties. Our own parts have the {@link FairwaySettings}, so it is bound when it is asked for. */
    @Bean
    @Lazy
    FairwayProperties fairwayProperties() {
        return new FairwayProperties();
    }

    @Bean(SchedulerEntries.FACTORY)
    @Lazy
    SchedulerFactory fairwaySchedulerFactory(
            FairwaySettings settings,
            ObjectProvider<ContextPropagator> contextPropagators,
            ObjectProvider<SchedulerContext> contexts,
            ObjectProvider<FairSchedulerCustomizer> customizers) {
        return new SchedulerFactory(settings, contextPropagators, contexts, customizers);
    }

    @Bean(CoordinatorEntries.FACTORY)
    @Lazy
    CoordinatorFactory fairwayCoordinatorFactory(
            FairwaySettings settings,
            ObjectProvider<ContextPropagator> contextPropagators,
            ObjectProvider<CoordinatorCustomizer> customizers) {
        return new CoordinatorFactory(settings, contextPropagators, customizers);
    }

    @Bean(DispatcherEntries.FACTORY)
    @Lazy
    DispatcherFactory fairwayDispatcherFactory(
            FairwaySettings settings,
            ObjectProvider<ContextPropagator> contextPropagators,
            ObjectProvider<ClockedDispatcherCustomizer> customizers) {
        return new DispatcherFactory(settings, contextPropagators, customizers);
    }

    @Bean
    FairwayLifecycle fairwayLifecycle(
            ConfigurableApplicationContext context,
            SchedulerBeans schedulers,
            CoordinatorBeans coordinators,
            DispatcherBeans dispatchers) {
        List<Stage> stages = List.of(
                Stage.ofTasks("Scheduler", "channel", schedulers),
                Stage.ofTasks("Coordinator", "worker", coordinators),
                new Stage("Dispatcher", "receiver", "messages", "never arrived", "still being handled", dispatchers));
        return new FairwayLifecycle(context, stages, () -> phaseTimeout(context));
    }

    /** The timeout of Boot's lifecycle processor; without it, that of the framework's, which cannot be asked. */
    private static Duration phaseTimeout(ConfigurableApplicationContext context) {
        boolean ofBoot = context.getBeanFactory().containsBeanDefinition("lifecycleProcessor");
        return Binder.get(context.getEnvironment())
                .bind("spring.lifecycle.timeout-per-shutdown-phase", Duration.class)
                .orElse(Duration.ofSeconds(ofBoot ? 30 : 10));
    }
}
