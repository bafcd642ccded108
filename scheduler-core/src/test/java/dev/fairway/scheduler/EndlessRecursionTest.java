package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Gate;
import org.junit.jupiter.api.Test;

/** A task that submits itself, and is run by who submits it. */
class EndlessRecursionTest {
    private static final int STACKS = 64;

    @Test
    void itEndsWithItsStackAndHarmsNobodyElse() throws Exception {
        try (FairScheduler<Job, String> scheduler = Job.scheduler().workers(1).build()) {
            Gate worker = Gates.holdingWorkerOf(scheduler);
            Channel<Job, String> channel =
                    scheduler.openChannel("bulk", ChannelOptions.capacity(1).overload(Overload.callerRuns()));
            channel.offer(Job.named("older"));
            Job endless = Job.named("endless");
            endless.processing(() -> channel.submit(endless));
            for (int i = 0; i < STACKS; i++) { // each ends somewhere else
                Thread caller = new Thread(null, () -> channel.submit(endless), "caller", (256 << 10) + i * 4_096L);
                caller.start();
                caller.join();
            }
            ChannelStats stats = channel.stats();
            assertThat(stats.running()).isZero();
            assertThat(stats.failed()).as("the innermost of each").isEqualTo(STACKS);
            assertThat(stats.completed()).isEqualTo(endless.processed.get() - STACKS);
            Gates.openAndDrain(worker, scheduler);
        }
    }
}
