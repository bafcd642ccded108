package dev.fairway.benchmarks.coordinator;

import dev.fairway.benchmarks.Tally;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Keeps the submitters from running away from the workers: most opponents have no bound of their own, so all have this one. Looking each
 * time would cost more than some of them; a submitter looks every now and then, and the bound is exceeded by a few tasks.
 */
final class Window {
    /** How many tasks may be submitted and not have run. */
    static final int SIZE = 8_192;

    private static final int BETWEEN_LOOKS = 64;
    private static final int PADDING = 16;

    private final Tally tally;
    private final AtomicLong submitted = new AtomicLong();

    /** Each submitter's count since its last look, in a cache line of its own. */
    private final int[] sinceLook;

    Window(Tally tally, int submitters) {
        this.tally = tally;
        this.sinceLook = new int[(submitters + 1) * PADDING];
    }

    /** Waits, now and then, until not too many are on their way. */
    void enter(int submitter) {
        int cell = (submitter + 1) * PADDING;
        if (++sinceLook[cell] < BETWEEN_LOOKS) {
            return;
        }
        sinceLook[cell] = 0;
        long all = submitted.addAndGet(BETWEEN_LOOKS);
        while (all - tally.sum() > SIZE) {
            Thread.yield();
        }
    }
}
