package dev.fairway.spring.observation;

import dev.fairway.spring.observation.FairTaskObservationContext.Outcome;
import dev.fairway.spring.observation.FairTaskObservationContext.Step;
import io.micrometer.common.KeyValue;
import io.micrometer.common.KeyValues;
import java.util.Locale;

/**
 * Names the task {@code fairway.task} and its steps {@code fairway.task.submit}, {@code .wait}, {@code .process} and
 * {@code .commit}. All have the {@code scheduler}, the task its {@code outcome}; the channel, often a tenant, only goes into traces.
 */
public class DefaultFairTaskObservationConvention implements FairTaskObservationConvention {
    /** Has no state. */
    public DefaultFairTaskObservationConvention() {}

    @Override
    public String getContextualName(FairTaskObservationContext context) {
        String step = context.step().name().toLowerCase(Locale.ROOT);
        return step + " " + context.scheduler();
    }

    @Override
    public KeyValues getLowCardinalityKeyValues(FairTaskObservationContext context) {
        KeyValues scheduler = KeyValues.of("scheduler", context.scheduler());
        if (context.step() != Step.TASK) {
            return scheduler;
        }
        Outcome outcome = context.outcome();
        return scheduler.and(
                "outcome", outcome == null ? "none" : outcome.name().toLowerCase(Locale.ROOT));
    }

    @Override
    public KeyValues getHighCardinalityKeyValues(FairTaskObservationContext context) {
        String channel = context.channel();
        return channel == null ? KeyValues.empty() : KeyValues.of(KeyValue.of("channel", channel));
    }
}
