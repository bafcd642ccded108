package dev.fairway.scheduler;

/** What makes a channel one of the busiest. */
public enum TopBy {
    /** The number of tasks that wait now. */
    WAITING,
    /** How long its recent tasks waited for their start, and how long its oldest has waited. */
    WAIT,
    /** The number of refused attempts, ever. */
    REJECTED
}
