package dev.fairway.coordinator;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.TaskFailedException;
import dev.fairway.concurrency.Await;
import dev.fairway.concurrency.Fork;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The back-off of a quarantined worker is over, and two tasks come at once: one is the probe, and when that fails the other does not
 * go there. In the package of the coordinator, since users do not set its clock.
 */
@JCStressTest
@Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "One probe; the other task waits for the healthy worker.")
@Outcome(expect = FORBIDDEN, desc = "No probe, or more than one in a back-off.")
@State
public class QuarantineProbe {
    private static final Duration BACK_OFF = Duration.ofHours(1);

    private final AtomicLong clock = new AtomicLong();
    private final CountDownLatch mayEnd = new CountDownLatch(1);
    private final AtomicInteger probes = new AtomicInteger();
    private final Coordinator<String, String> coordinator;

    public QuarantineProbe() {
        Fork.endsWithMain();
        coordinator = Coordinator.<String, String>builder()
                .ticker(clock::get)
                .failuresToQuarantine(1)
                .quarantineBackOff(BACK_OFF, BACK_OFF.multipliedBy(100))
                .drainTimeout(Await.LIMIT)
                .build();
        coordinator.addWorker("failing", task -> {
            probes.incrementAndGet();
            throw new IllegalStateException("on purpose");
        });
        try {
            coordinator.submit("a task").join();
        } catch (TaskFailedException expected) {
            probes.set(0);
        }
        Await.until(() -> coordinator.stats().running() == 0);
        coordinator.addWorker("healthy", task -> {
            mayEnd.await();
            return task;
        });
        coordinator.submit("a task that takes long", Affinity.require("healthy"));
        clock.addAndGet(BACK_OFF.toNanos());
    }

    @Actor
    public void one() {
        coordinator.submit("a task");
    }

    @Actor
    public void other() {
        coordinator.submit("a task");
    }

    @Arbiter
    public void arbiter(II_Result r) {
        Await.until(() -> coordinator.stats().failed() == 2);
        r.r1 = probes.get();
        r.r2 = coordinator.stats().waiting();
        mayEnd.countDown();
        coordinator.close();
    }
}
