package dev.fairway.scheduler;

/** What the channels get equal shares of, in proportion to their weights. */
public enum Fairness {
    /** Of starts, and where tasks are short, of the time of a turn. The default. */
    TURNS,
    /**
     * Of the workers' time: a channel is charged what its tasks really took, by an estimate at the start that is corrected at
     * the finish. A tenant with slow tasks gets no more of the workers' time than one with quick tasks.
     */
    RUN_TIME
}
