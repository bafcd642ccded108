package dev.fairway.concurrency.scheduler;

/** A task that writes down which of its phases have run. */
class Probe {
    private static final int SPINS = 20;

    /** How often the process phase ran; written by the threads that run it, which a test's guarantees keep apart. */
    volatile int processed;

    /** How often the commit ran. */
    volatile int committed;

    /** Runs the process phase, which takes a moment: else a cancel would hardly ever meet it. */
    int process() throws Exception {
        for (int i = 0; i < SPINS; i++) {
            Thread.onSpinWait();
        }
        return ++processed;
    }

    /** Runs the commit. */
    void commit() {
        committed++;
    }

    /** {@return the last phase that ran} */
    final String furthest() {
        if (processed > 1 || committed > 1) {
            return "ran twice";
        }
        return committed > 0 ? "committed" : processed > 0 ? "processed" : "never ran";
    }
}
