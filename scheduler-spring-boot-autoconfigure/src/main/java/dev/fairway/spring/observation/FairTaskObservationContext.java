package dev.fairway.spring.observation;

import io.micrometer.observation.Observation;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What is known of one task, or one step of it, while it is observed. */
public class FairTaskObservationContext extends Observation.Context {
    private final String scheduler;
    private final Step step;
    private volatile @Nullable String channel;
    private volatile @Nullable Outcome outcome;

    /**
     * @param scheduler the scheduler's name
     * @param step what is observed
     */
    public FairTaskObservationContext(String scheduler, Step step) {
        this.scheduler = Objects.requireNonNull(scheduler, "scheduler");
        this.step = Objects.requireNonNull(step, "step");
    }

    /** {@return the scheduler's name} */
    public String scheduler() {
        return scheduler;
    }

    /** {@return what is observed: the whole task or a step of it} */
    public Step step() {
        return step;
    }

    /** {@return the channel's name; null while the task is being submitted} */
    public @Nullable String channel() {
        return channel;
    }

    /**
     * Sets the channel's name.
     *
     * @param channel its name
     */
    public void channel(String channel) {
        this.channel = channel;
    }

    /** {@return how the task ended; null until it has, and for its steps} */
    public @Nullable Outcome outcome() {
        return outcome;
    }

    /**
     * Sets how the task ended.
     *
     * @param outcome its outcome
     */
    public void outcome(Outcome outcome) {
        this.outcome = outcome;
    }

    /** The whole task and its steps, which are its children in the trace. */
    public enum Step {
        /** From its submission to its end. */
        TASK,
        /** Until it was accepted or refused. */
        SUBMIT,
        /** Until it was started. */
        WAIT,
        /** Its process phase. */
        PROCESS,
        /** Its commit phase. */
        COMMIT
    }

    /** How a task ended. */
    public enum Outcome {
        /** With a result. */
        COMPLETED,
        /** With a failure. */
        FAILED,
        /** It was cancelled. */
        CANCELLED,
        /** It had waited too long. */
        EXPIRED,
        /** It was not accepted. */
        REJECTED
    }
}
