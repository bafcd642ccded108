package dev.fairway.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Where tasks wait until the test lets them go on. */
public final class Gate {
    private final Semaphore arrived = new Semaphore(0);
    private final CountDownLatch open = new CountDownLatch(1);

    /** Waits until the gate is open. */
    public void pass() throws InterruptedException {
        arrived.release();
        if (!open.await(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("the gate was never opened");
        }
    }

    /** As {@link #pass()}, and deaf to interrupts. */
    public void passUninterruptibly() {
        arrived.release();
        boolean interrupted = false;
        while (true) {
            try {
                if (!open.await(Threads.LIMIT.toSeconds(), TimeUnit.SECONDS)) {
                    throw new AssertionError("the gate was never opened");
                }
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Returns once so many have come to the gate, apart from those that an earlier call saw. */
    public void awaitArrivals(int count) throws InterruptedException {
        assertThat(arrived.tryAcquire(count, Threads.LIMIT.toSeconds(), TimeUnit.SECONDS))
                .as("%s came to the gate, %s did", count, arrived.availablePermits())
                .isTrue();
    }

    /** How many have come, apart from those that were awaited. */
    public int arrivals() {
        return arrived.availablePermits();
    }

    public void open() {
        open.countDown();
    }
}
