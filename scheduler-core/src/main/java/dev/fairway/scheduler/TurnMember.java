package dev.fairway.scheduler;

import org.jspecify.annotations.Nullable;

/** What a {@link TurnOrder} keeps about one of its members, inside the member: an idle one costs nothing elsewhere. */
abstract class TurnMember {
    /** Guarded by the order's user; set while the member waits for a turn. */
    boolean linked;

    @Nullable
    TurnMember previous;

    @Nullable
    TurnMember next;

    /** Only where there is a virtual time. */
    @Nullable
    Tags tags;

    /** Virtual times, in cost divided by weight: where the next turn starts, and where the last one ended. */
    static final class Tags {
        double start;
        double finish;
        int heapIndex;
        long arrival;
    }

    Tags tags() {
        if (tags == null) {
            tags = new Tags();
        }
        return tags;
    }
}
