package dev.fairway.spring.autoconfigure;

import dev.fairway.ContextPropagator;
import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.MergeOrder;
import dev.fairway.dispatcher.MergingDispatcher;
import dev.fairway.dispatcher.SequencingDispatcher;
import dev.fairway.spring.ClockedDispatcherConfigurer;
import dev.fairway.spring.ClockedDispatcherCustomizer;
import dev.fairway.spring.autoconfigure.DispatcherProperties.Mode;
import dev.fairway.spring.autoconfigure.DispatcherProperties.Order;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;

/** Makes the dispatcher beans; {@link DispatcherEntries} has defined them by the names of the methods here. */
final class DispatcherFactory implements ClockedDispatcherConfigurer {
    static final String SEQUENCING_METHOD = "sequencing";
    static final String MERGING_METHOD = "merging";

    private final Map<String, DispatcherProperties> properties;
    private final ObjectProvider<ContextPropagator> contextPropagators;
    private final ObjectProvider<ClockedDispatcherCustomizer> customizers;

    DispatcherFactory(
            FairwaySettings settings,
            ObjectProvider<ContextPropagator> contextPropagators,
            ObjectProvider<ClockedDispatcherCustomizer> customizers) {
        this.properties = settings.properties().getDispatchers();
        this.contextPropagators = contextPropagators;
        this.customizers = customizers;
    }

    SequencingDispatcher<Object> sequencing(String name) {
        requireMode(name, Mode.SEQUENCING);
        return configure(name, ClockedDispatcher.builder()).sequencing();
    }

    MergingDispatcher<Object> merging(String name) {
        requireMode(name, Mode.MERGING);
        DispatcherProperties settings = properties.get(name);
        boolean consecutive = settings != null && settings.getMergeOrder() == Order.CONSECUTIVE;
        return configure(name, ClockedDispatcher.builder())
                .merging(consecutive ? MergeOrder.CONSECUTIVE : MergeOrder.FRONTIER);
    }

    /** The bean's type was decided when it was defined, which with ahead-of-time processing was another day. */
    private void requireMode(String name, Mode defined) {
        DispatcherProperties settings = properties.get(name);
        if (settings != null && settings.getMode() != defined) {
            throw new FairwayConfigurationException(
                    "The property 'fairway.dispatchers." + name + ".mode' is '" + lower(settings.getMode())
                            + "', but was '" + lower(defined) + "' when the application was processed ahead of time.",
                    "Process it again with the mode that it is to have.");
        }
    }

    private static String lower(Mode mode) {
        return mode == Mode.SEQUENCING ? "sequencing" : "merging";
    }

    @Override
    public <T> ClockedDispatcher.Builder<T> configure(String name, ClockedDispatcher.Builder<T> builder) {
        builder.name(name);
        DispatcherProperties settings = properties.get(name);
        if (settings != null) {
            apply(settings, builder);
        }
        List<ContextPropagator> propagators = contextPropagators.orderedStream().toList();
        if (!propagators.isEmpty()) {
            builder.contextPropagator(CompositeContextPropagator.of(propagators));
        }
        for (ClockedDispatcherCustomizer customizer :
                customizers.orderedStream().toList()) {
            customizer.customize(name, builder);
        }
        return builder;
    }

    private static void apply(DispatcherProperties settings, ClockedDispatcher.Builder<?> builder) {
        if (settings.getInboxCapacity() != null) {
            builder.inboxCapacity(settings.getInboxCapacity());
        }
        if (settings.getStartAfter() != null) {
            builder.startAfter(settings.getStartAfter());
        }
        builder.receivers(settings.getReceivers().toArray(String[]::new));
        if (settings.getReorderCapacity() != null) {
            builder.reorderCapacity(settings.getReorderCapacity());
        }
        if (settings.getDrainTimeout() != null) {
            builder.drainTimeout(settings.getDrainTimeout());
        }
    }
}
