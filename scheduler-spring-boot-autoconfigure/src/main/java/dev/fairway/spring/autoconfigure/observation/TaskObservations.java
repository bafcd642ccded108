package dev.fairway.spring.autoconfigure.observation;

import dev.fairway.ContextPropagator;
import dev.fairway.scheduler.SchedulerBuilder;
import dev.fairway.scheduler.TaskEvent;
import dev.fairway.scheduler.TaskListener;
import dev.fairway.spring.FairSchedulerCustomizer;
import dev.fairway.spring.autoconfigure.SchedulerContext;
import dev.fairway.spring.observation.FairTaskObservationContext;
import dev.fairway.spring.observation.FairTaskObservationContext.Outcome;
import dev.fairway.spring.observation.FairTaskObservationConvention;
import io.micrometer.common.KeyValues;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationRegistry;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.core.Ordered;

/**
 * Observes the tasks of all schedulers. The registry is asked for at the first task: whatever it needs may need a scheduler.
 *
 * <p>A task's observation begins when its context is captured, before anybody knows whether it will be accepted. The thread that
 * submits it learns of a refusal, so what it is submitting is kept there until then.
 */
final class TaskObservations implements SchedulerContext, FairSchedulerCustomizer, Ordered {
    private final Supplier<ObservationRegistry> registry;
    private final FairTaskObservationConvention convention;

    @SuppressWarnings("ThreadLocalUsage") // it is gone with its application context, which a static one would not be
    private final ThreadLocal<@Nullable TaskObservation> submitting = new ThreadLocal<>();

    private final TaskListener<Object> listener = new Listener();

    TaskObservations(Supplier<ObservationRegistry> registry, FairTaskObservationConvention convention) {
        this.registry = registry;
        this.convention = convention;
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    @Override
    public void customize(String name, SchedulerBuilder<?, ?> builder) {
        builder.addListener(listener);
    }

    @Override
    public ContextPropagator propagator(String scheduler) {
        return () -> capture(scheduler);
    }

    private @Nullable TaskObservation capture(String scheduler) {
        ObservationRegistry to = registry.get();
        if (to.isNoop()) {
            return null;
        }
        TaskObservation before = submitting.get();
        if (before != null && !before.isAccepted()) {
            before.end(Outcome.REJECTED, null); // an interrupted put, of which nobody tells
        }
        TaskObservation observation =
                new TaskObservation(scheduler, context -> create(to, context), to.getCurrentObservation());
        if (observation.isNoop()) {
            submitting.remove();
            return null;
        }
        submitting.set(observation);
        return observation;
    }

    private Observation create(ObservationRegistry to, FairTaskObservationContext context) {
        return Observation.createNotStarted(new OfStep(convention, context.step()), () -> context, to);
    }

    private static void with(TaskEvent<?> event, Consumer<TaskObservation> code) {
        TaskObservation observation = SchedulerContext.find(event.context(), TaskObservation.class);
        if (observation != null) {
            code.accept(observation);
        }
    }

    /** The same convention with the name of one step. */
    private record OfStep(FairTaskObservationConvention convention, FairTaskObservationContext.Step step)
            implements FairTaskObservationConvention {
        @Override
        public String getName() {
            return convention.getName(step);
        }

        @Override
        public @Nullable String getContextualName(FairTaskObservationContext context) {
            return convention.getContextualName(context);
        }

        @Override
        public KeyValues getLowCardinalityKeyValues(FairTaskObservationContext context) {
            return convention.getLowCardinalityKeyValues(context);
        }

        @Override
        public KeyValues getHighCardinalityKeyValues(FairTaskObservationContext context) {
            return convention.getHighCardinalityKeyValues(context);
        }
    }

    private final class Listener implements TaskListener<Object> {
        @Override
        public void accepted(TaskEvent<Object> event) {
            with(event, observation -> {
                observation.accepted(event.channel());
                if (submitting.get() == observation) {
                    submitting.remove();
                }
            });
        }

        @Override
        public void rejected(TaskEvent<Object> event) {
            TaskObservation refused = submitting.get();
            submitting.remove();
            if (refused != null && !refused.isAccepted()) {
                refused.end(Outcome.REJECTED, event.failure());
            }
        }

        @Override
        public void started(TaskEvent<Object> event) {
            with(event, TaskObservation::started);
        }

        @Override
        public void processed(TaskEvent<Object> event) {
            with(event, TaskObservation::processed);
        }

        @Override
        public void committed(TaskEvent<Object> event) {
            with(event, observation -> observation.end(Outcome.COMPLETED, null));
        }

        @Override
        public void failed(TaskEvent<Object> event) {
            with(event, observation -> observation.end(Outcome.FAILED, event.failure()));
        }

        @Override
        public void cancelled(TaskEvent<Object> event) {
            with(event, observation -> observation.end(Outcome.CANCELLED, null));
        }

        @Override
        public void expired(TaskEvent<Object> event) {
            with(event, observation -> observation.end(Outcome.EXPIRED, event.failure()));
        }
    }
}
