package dev.fairway.spring.autoconfigure;

import dev.fairway.ContextPropagator;
import org.jspecify.annotations.Nullable;

/**
 * A context that must know whose task it belongs to. Beans of this type are asked once for each scheduler; beans of type
 * {@link ContextPropagator} serve all of them alike.
 */
@FunctionalInterface
public interface SchedulerContext {
    /**
     * {@return the propagator for the tasks of one scheduler}
     *
     * @param scheduler its name
     */
    ContextPropagator propagator(String scheduler);

    /**
     * {@return the snapshot of that type among those that make up a task's context, when there is one}
     *
     * @param context the context of a task
     * @param type what its propagator captures
     * @param <S> the type
     */
    static <S extends ContextPropagator.Snapshot> @Nullable S find(
            ContextPropagator.@Nullable Snapshot context, Class<S> type) {
        if (context instanceof CompositeContextPropagator.Several several) {
            for (ContextPropagator.Snapshot part : several.captured()) {
                if (type.isInstance(part)) {
                    return type.cast(part);
                }
            }
            return null;
        }
        return type.isInstance(context) ? type.cast(context) : null;
    }
}
