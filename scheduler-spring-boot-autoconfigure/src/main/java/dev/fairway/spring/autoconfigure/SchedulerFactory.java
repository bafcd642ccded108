package dev.fairway.spring.autoconfigure;

import dev.fairway.ContextPropagator;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairExecutor;
import dev.fairway.scheduler.FairScheduler;
import dev.fairway.scheduler.Overload;
import dev.fairway.scheduler.SchedulerBuilder;
import dev.fairway.spring.FairSchedulerConfigurer;
import dev.fairway.spring.FairSchedulerCustomizer;
import dev.fairway.spring.TaskProcessor;
import dev.fairway.spring.autoconfigure.FairwayProperties.Channel;
import dev.fairway.spring.autoconfigure.FairwayProperties.OverloadPolicy;
import dev.fairway.spring.autoconfigure.FairwayProperties.Scheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;

/** Makes the scheduler beans; {@link SchedulerEntries} has defined them by the names of the methods here. */
final class SchedulerFactory implements FairSchedulerConfigurer {
    static final String EXECUTOR_METHOD = "executor";
    static final String SCHEDULER_METHOD = "scheduler";

    private final FairwayProperties properties;
    private final boolean virtualThreads;
    private final ObjectProvider<ContextPropagator> contextPropagators;
    private final ObjectProvider<SchedulerContext> contexts;
    private final ObjectProvider<FairSchedulerCustomizer> customizers;

    SchedulerFactory(
            FairwaySettings settings,
            ObjectProvider<ContextPropagator> contextPropagators,
            ObjectProvider<SchedulerContext> contexts,
            ObjectProvider<FairSchedulerCustomizer> customizers) {
        this.properties = settings.properties();
        this.virtualThreads = settings.virtualThreads();
        this.contextPropagators = contextPropagators;
        this.contexts = contexts;
        this.customizers = customizers;
    }

    FairExecutor executor(String name) {
        FairExecutor executor = configure(name, FairExecutor.builder()).build();
        openChannels(name, executor::channel);
        return executor;
    }

    /** Raw, because the types are those of the processor's declaration. */
    @SuppressWarnings({"rawtypes", "unchecked"})
    FairScheduler scheduler(String name, TaskProcessor processor) {
        FairScheduler.Builder<Object, Object> builder = FairScheduler.processing(processor::process);
        FairScheduler<Object, Object> scheduler =
                configure(name, builder.committing(processor::commit)).build();
        openChannels(name, scheduler::channel);
        return scheduler;
    }

    @Override
    public <B extends SchedulerBuilder<?, ?>> B configure(String name, B builder) {
        builder.name(name).virtualThreads(virtualThreads);
        Scheduler settings = properties.getSchedulers().get(name);
        if (settings != null) {
            apply(settings, builder);
        }
        List<ContextPropagator> propagators =
                new ArrayList<>(contextPropagators.orderedStream().toList());
        for (SchedulerContext context : contexts.orderedStream().toList()) {
            propagators.add(context.propagator(name));
        }
        if (!propagators.isEmpty()) {
            builder.contextPropagator(CompositeContextPropagator.of(propagators));
        }
        for (FairSchedulerCustomizer customizer : customizers.orderedStream().toList()) {
            customizer.customize(name, builder);
        }
        return builder;
    }

    private static void apply(Scheduler settings, SchedulerBuilder<?, ?> builder) {
        if (settings.getWorkers() != null) {
            builder.workers(settings.getWorkers());
        }
        if (settings.getCapacity() != null) {
            builder.capacity(settings.getCapacity());
        }
        if (settings.getTurn() != null) {
            builder.turn(settings.getTurn());
        }
        if (settings.getFairness() != null) {
            builder.fairness(settings.getFairness());
        }
        if (settings.getDrainTimeout() != null) {
            builder.drainTimeout(settings.getDrainTimeout());
        }
        Channel defaults = settings.getChannelDefaults();
        ChannelOptions options = options(ChannelOptions.defaults(), defaults, null);
        builder.channelDefaults(options);
        settings.getChannels()
                .forEach((channel, own) -> builder.channelOptions(channel, options(options, own, defaults)));
    }

    private void openChannels(String name, Consumer<String> open) {
        Scheduler settings = properties.getSchedulers().get(name);
        if (settings != null) {
            settings.getChannels().keySet().forEach(open);
        }
    }

    private static ChannelOptions options(ChannelOptions base, Channel settings, @Nullable Channel defaults) {
        ChannelOptions options = base;
        if (settings.getCapacity() != null) {
            options = options.withCapacity(settings.getCapacity());
        }
        if (settings.getWeight() != null) {
            options = options.weight(settings.getWeight());
        }
        if (settings.getMaxParallel() != null) {
            options = options.maxParallel(settings.getMaxParallel());
        }
        if (settings.getIdleTimeout() != null) {
            options = options.idleTimeout(settings.getIdleTimeout());
        }
        OverloadPolicy policy = settings.getOverload();
        Duration timeout = settings.getOverloadTimeout();
        if (defaults != null) {
            policy = policy == null ? defaults.getOverload() : policy;
            timeout = timeout == null ? defaults.getOverloadTimeout() : timeout;
        }
        return policy == null ? options : options.overload(overload(policy, timeout));
    }

    private static Overload overload(OverloadPolicy policy, @Nullable Duration timeout) {
        return switch (policy) {
            case REJECT -> Overload.reject();
            case WAIT_UP_TO -> Overload.waitUpTo(Objects.requireNonNull(timeout, "overload-timeout"));
            case CALLER_RUNS -> Overload.callerRuns();
            case DROP_OLDEST -> Overload.dropOldest();
        };
    }
}
