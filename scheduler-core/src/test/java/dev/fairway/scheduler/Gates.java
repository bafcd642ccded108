package dev.fairway.scheduler;

import dev.fairway.testing.Gate;
import dev.fairway.testing.Threads;

/** Gates that hold up a scheduler. */
final class Gates {
    private Gates() {}

    /** Occupies one worker, from a channel of its own, until the gate is opened; returns once it does. */
    static Gate holdingWorkerOf(FairScheduler<Job, String> scheduler) throws InterruptedException {
        Gate gate = new Gate();
        scheduler.submit("gate", Job.at(gate));
        gate.awaitArrivals(1);
        return gate;
    }

    /** Opens the gate, and returns once nothing waits or runs in the scheduler any more. */
    static void openAndDrain(Gate gate, SchedulerControl scheduler) {
        gate.open();
        Threads.awaitThat(() -> {
            SchedulerStats stats = scheduler.stats();
            return stats.completed() + stats.failed() + stats.cancelled() + stats.suppressed() + stats.expired()
                    == stats.accepted();
        });
    }
}
