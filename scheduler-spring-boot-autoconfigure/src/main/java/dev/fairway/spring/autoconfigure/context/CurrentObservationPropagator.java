package dev.fairway.spring.autoconfigure.context;

import dev.fairway.ContextPropagator;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Carries the current observation where Micrometer's context propagation, which would do that, is not there. */
final class CurrentObservationPropagator implements ContextPropagator {
    private final Supplier<ObservationRegistry> registry;

    /** The registry is asked for at the first task: whatever it needs may need a scheduler. */
    CurrentObservationPropagator(Supplier<ObservationRegistry> registry) {
        this.registry = registry;
    }

    @Override
    public @Nullable Snapshot capture() {
        Observation submitters = registry.get().getCurrentObservation();
        return submitters == null ? null : () -> submitters.openScope()::close;
    }
}
