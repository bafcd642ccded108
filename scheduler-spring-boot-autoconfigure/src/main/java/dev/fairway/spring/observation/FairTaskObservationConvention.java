package dev.fairway.spring.observation;

import dev.fairway.spring.observation.FairTaskObservationContext.Step;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationConvention;
import java.util.Locale;

/** Names the observations of tasks, and says what they are tagged with. A bean of this type replaces the default one. */
public interface FairTaskObservationConvention extends ObservationConvention<FairTaskObservationContext> {
    /** {@return the name of the whole task's observation} */
    @Override
    default String getName() {
        return "fairway.task";
    }

    /**
     * {@return the name of a step's observation}
     *
     * @param step the step; by default its name is added to that of the task
     */
    default String getName(Step step) {
        return step == Step.TASK ? getName() : getName() + "." + step.name().toLowerCase(Locale.ROOT);
    }

    @Override
    default boolean supportsContext(Observation.Context context) {
        return context instanceof FairTaskObservationContext;
    }
}
