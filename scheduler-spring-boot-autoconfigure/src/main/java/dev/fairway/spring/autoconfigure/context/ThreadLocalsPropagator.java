package dev.fairway.spring.autoconfigure.context;

import dev.fairway.ContextPropagator;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ContextSnapshot;
import io.micrometer.context.ContextSnapshotFactory;
import io.micrometer.context.ThreadLocalAccessor;
import org.jspecify.annotations.Nullable;

/** Carries whatever is registered with Micrometer's context propagation: the current observation, and what applications add. */
final class ThreadLocalsPropagator implements ContextPropagator {
    private final ContextRegistry registry = ContextRegistry.getInstance();
    private final ContextSnapshotFactory snapshots =
            ContextSnapshotFactory.builder().contextRegistry(registry).build();

    @Override
    public @Nullable Snapshot capture() {
        if (!isAnythingSet()) {
            return null;
        }
        ContextSnapshot submitters = snapshots.captureAll();
        return () -> {
            ContextSnapshot.Scope scope = submitters.setThreadLocals();
            return scope::close;
        };
    }

    private boolean isAnythingSet() {
        for (ThreadLocalAccessor<?> accessor : registry.getThreadLocalAccessors()) {
            if (accessor.getValue() != null) {
                return true;
            }
        }
        return false;
    }
}
