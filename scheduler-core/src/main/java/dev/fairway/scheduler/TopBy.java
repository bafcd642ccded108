package dev.fairway.scheduler;

/** What makes a channel one of the busiest. */
public enum TopBy {
    /** The number of tasks that wait now. */
    WAITING(0),
    /** How long its recent tasks waited for their start, and how long its oldest has waited. */
    WAIT(1),
    /** The number of refused attempts, ever. */
    REJECTED(2);

    /** How many measures there are. */
    static final int COUNT = 3;

    /** The place of this measure in arrays. */
    final int index;

    TopBy(int index) {
        this.index = index;
    }
}
