package dev.fairway.concurrency.soak;

import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Chaos for some time. Of each kind one runs from the beginning to the end, since what leaks slowly needs a long life to be seen; and
 * short ones follow one another, since they are built, closed and compared often, each with other settings. Meanwhile heap and
 * threads are looked at.
 */
final class Soak {
    /** Makes a chaos. */
    @FunctionalInterface
    interface Kind {
        Chaos chaos(String name, long seed);
    }

    private static final Duration SHORT = Duration.ofMillis(1_500);
    private static final int SAMPLES = 40;

    /** What fails on purpose is logged; kept here, since loggers are weakly held. */
    private static final Logger LOGGER = Logger.getLogger("dev.fairway");

    private final long seed;
    private final Duration time;
    private final Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Flatness flatness = new Flatness();
    private volatile CountDownLatch over = new CountDownLatch(0);

    Soak(long seed, Duration time) {
        this.seed = seed;
        this.time = time;
    }

    /** Runs the kinds at once; throws when one of them has failed, or something has grown. */
    void run(List<Kind> kinds) throws InterruptedException {
        Level level = LOGGER.getLevel();
        LOGGER.setLevel(Level.OFF);
        try {
            Random seeds = new Random(seed);
            List<Thread> runners = new ArrayList<>();
            over = new CountDownLatch(kinds.size());
            for (Kind kind : kinds) {
                long ofLong = seeds.nextLong();
                long ofShort = seeds.nextLong();
                runners.add(new Thread(() -> runLong(kind, ofLong), "soak-long"));
                runners.add(new Thread(() -> runShort(kind, new Random(ofShort)), "soak-short"));
            }
            runners.forEach(Thread::start);
            sampleUntilOver();
            for (Thread runner : runners) {
                runner.join();
            }
        } finally {
            LOGGER.setLevel(level);
        }
        System.out.println("soak of " + time.toSeconds() + " s, seed " + seed + "\n" + String.join("\n", lines) + "\n"
                + flatness.table());
        Throwable failure = failures.poll();
        if (failure != null) {
            throw new AssertionError("soak, seed " + seed + ": " + failure.getMessage(), failure);
        }
        String complaint = flatness.complaint();
        if (!complaint.isEmpty()) {
            throw new AssertionError("soak, seed " + seed + ": " + complaint);
        }
    }

    private void runLong(Kind kind, long chaosSeed) {
        try {
            Chaos chaos = kind.chaos("long-" + Long.toHexString(chaosSeed), chaosSeed);
            chaos.run(time);
            lines.add(chaos.toString());
        } catch (Throwable failure) {
            failures.add(failure);
        } finally {
            over.countDown();
        }
    }

    private void runShort(Kind kind, Random seeds) {
        long rounds = 0;
        Chaos chaos = null;
        try {
            while (over.getCount() > 0 && failures.isEmpty()) {
                long chaosSeed = seeds.nextLong();
                chaos = kind.chaos("short-" + Long.toHexString(chaosSeed), chaosSeed);
                chaos.run(SHORT);
                rounds++;
            }
            lines.add("  and " + rounds + " short ones, the last " + chaos);
        } catch (Throwable failure) {
            failures.add(failure);
        }
    }

    private void sampleUntilOver() throws InterruptedException {
        long start = System.nanoTime();
        long interval = Math.max(1, time.toMillis() / SAMPLES);
        while (!over.await(interval, TimeUnit.MILLISECONDS)) {
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            if (millis >= time.toMillis()) {
                continue; // it ends: what is built for comparing is none of the long run
            }
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            flatness.add(new Flatness.Sample(
                    millis,
                    runtime.totalMemory() - runtime.freeMemory(),
                    ManagementFactory.getThreadMXBean().getThreadCount()));
        }
    }
}
