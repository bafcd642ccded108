package dev.fairway.spring.autoconfigure.observation;

import dev.fairway.ContextPropagator;
import dev.fairway.TaskFailedException;
import dev.fairway.spring.observation.FairTaskObservationContext;
import dev.fairway.spring.observation.FairTaskObservationContext.Outcome;
import dev.fairway.spring.observation.FairTaskObservationContext.Step;
import io.micrometer.observation.Observation;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The observation of one task and, one after the other, of its steps. It is the task's captured context, so that both the thread
 * that runs a phase and the events of the task find it.
 *
 * <p>At any time at most one step is open. A phase is open from its restored scope to the event that says how it went; when the
 * task was cancelled meanwhile no such event comes, and the phase ends with its scope.
 *
 * <p>Thread-safe: a cancel may come from any thread.
 */
final class TaskObservation implements ContextPropagator.Snapshot {
    private final Function<FairTaskObservationContext, Observation> observations;
    private final FairTaskObservationContext context;
    private final Observation task;

    // Guarded by this.
    private @Nullable Observation step;
    private boolean inScope;
    private boolean accepted;
    private boolean ended;
    private Step nextPhase = Step.PROCESS;

    /**
     * Starts the task and its submission.
     *
     * @param observations makes one, not started
     * @param parent what the submitter is in
     */
    TaskObservation(
            String scheduler,
            Function<FairTaskObservationContext, Observation> observations,
            @Nullable Observation parent) {
        this.observations = observations;
        this.context = new FairTaskObservationContext(scheduler, Step.TASK);
        this.task = observations.apply(context).parentObservation(parent).start();
        this.step = open(Step.SUBMIT);
    }

    boolean isNoop() {
        return task.isNoop();
    }

    private Observation open(Step kind) {
        FairTaskObservationContext ofStep = new FairTaskObservationContext(context.scheduler(), kind);
        String channel = context.channel();
        if (channel != null) {
            ofStep.channel(channel);
        }
        return observations.apply(ofStep).parentObservation(task).start();
    }

    private void closeStep(@Nullable Throwable failure) {
        Observation open = step;
        step = null;
        if (open != null) {
            if (failure != null) {
                open.error(failure);
            }
            open.stop();
        }
    }

    synchronized void accepted(String channel) {
        accepted = true;
        if (step != null && step.getContext() instanceof FairTaskObservationContext submit) {
            submit.channel(channel);
        }
        context.channel(channel);
        closeStep(null);
        if (!ended) {
            step = open(Step.WAIT);
        }
    }

    synchronized boolean isAccepted() {
        return accepted;
    }

    synchronized void started() {
        if (!ended) {
            closeStep(null);
        }
    }

    @Override
    public synchronized ContextPropagator.Scope restore() {
        closeStep(null);
        Observation phase = open(nextPhase);
        nextPhase = Step.COMMIT;
        step = phase;
        inScope = true;
        Observation.Scope scope = phase.openScope();
        return () -> leave(scope);
    }

    private synchronized void leave(Observation.Scope scope) {
        scope.close();
        inScope = false;
        if (ended) {
            closeStep(null);
        }
    }

    synchronized void processed() {
        closeStep(null);
    }

    synchronized void end(Outcome outcome, @Nullable Throwable failure) {
        if (ended) {
            return;
        }
        ended = true;
        Throwable own =
                failure instanceof TaskFailedException && failure.getCause() != null ? failure.getCause() : failure;
        if (!inScope) {
            closeStep(own);
        }
        context.outcome(outcome);
        if (own != null) {
            task.error(own);
        }
        task.stop();
    }
}
