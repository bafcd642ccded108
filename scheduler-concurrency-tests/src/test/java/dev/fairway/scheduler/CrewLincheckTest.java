package dev.fairway.scheduler;

import dev.fairway.concurrency.Models;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Workers that go to sleep, and are woken at that moment. */
public class CrewLincheckTest {
    @Test
    @Timeout(3_600)
    void aWorkerThatGoesToSleepIsWokenOnceAndNotStartedAgain() {
        Lincheck.runConcurrentTest(Models.invocations(), () -> {
            AtomicInteger ran = new AtomicInteger();
            DefaultFairScheduler<Integer, Integer> scheduler = (DefaultFairScheduler<Integer, Integer>)
                    FairScheduler.<Integer, Integer>processing(number -> ran.incrementAndGet())
                            .workers(1)
                            .turn(Duration.ZERO)
                            .ticker(() -> 0)
                            .build();
            Channel<Integer, Integer> channel = scheduler.openChannel("a");
            channel.offer(1);
            channel.offer(2);
            int threads = scheduler.crew.threads().size();
            scheduler.crew.stop();
            for (Thread thread : scheduler.crew.threads()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    throw new AssertionError(e);
                }
            }
            if (threads > 1 || ran.get() != 2) {
                throw new AssertionError(ran + " ran, in " + threads + " threads");
            }
        });
    }
}
