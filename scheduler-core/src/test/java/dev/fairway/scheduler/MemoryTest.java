package dev.fairway.scheduler;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.TaskHandle;
import dev.fairway.testing.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.lang.ref.WeakReference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What fits into a heap of 128 MB, in a Java of its own. */
class MemoryTest {
    private static final int CHANNELS = 100_000;
    private static final int MOST_BYTES_EACH = 512;

    private static void runInSmallHeap(Class<?> main) throws IOException, InterruptedException {
        Process child = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx128m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        System.getProperty("java.class.path"),
                        main.getName())
                .redirectErrorStream(true)
                .start();
        try (InputStream output = child.getInputStream()) {
            String said = new String(output.readAllBytes(), StandardCharsets.UTF_8);
            assertThat(child.waitFor(50, TimeUnit.SECONDS)).isTrue();
            assertThat(child.exitValue()).as(said).isZero();
        } finally {
            child.destroyForcibly();
        }
    }

    private static long usedHeap() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Though the JDK's timer was to look for idle channels in hours. */
    @Test
    void aClosedSchedulerIsForgottenBeforeItsIdleTimeoutIsOver() {
        WeakReference<Object> closed = closedWithIdleTimeout();
        Threads.awaitThat(() -> {
            System.gc();
            return closed.get() == null;
        });
    }

    private static WeakReference<Object> closedWithIdleTimeout() {
        try (FairScheduler<Object, String> scheduler =
                FairScheduler.<Object, String>processing(Object::toString).build()) {
            scheduler.openChannel("a", ChannelOptions.defaults().idleTimeout(Duration.ofDays(2)));
            scheduler.openChannel("b", ChannelOptions.defaults().idleTimeout(Duration.ofDays(1))); // replaces the timer
            return new WeakReference<>(scheduler);
        }
    }

    /** The last task of a turn is on the stack of nobody, and in no field, when its worker has gone to sleep. */
    @Test
    void aWorkerThatSleepsKeepsNoTask() {
        try (FairScheduler<Object, String> scheduler = FairScheduler.<Object, String>processing(Object::toString)
                .workers(1)
                .build()) {
            Channel<Object, String> channel = scheduler.openChannel("a");
            WeakReference<Object> offered = offer(channel);
            Threads.awaitThat(() -> {
                System.gc();
                return offered.get() == null;
            });
        }
    }

    private static WeakReference<Object> offer(Channel<Object, String> channel) {
        Object task = new Object();
        channel.offer(task);
        return new WeakReference<>(task);
    }

    @Test
    void aHundredThousandIdleChannelsFitIntoASmallHeap() throws Exception {
        runInSmallHeap(ManyIdleChannels.class);
    }

    @Test
    void cancelledTasksNeverTakeMoreMemoryThanTheCapacity() throws Exception {
        runInSmallHeap(ManyCancelledTasks.class);
    }

    @Test
    void channelsThatWereIdleForTooLongLeaveNothing() throws Exception {
        runInSmallHeap(ManyIdleTenants.class);
    }

    /** Opens them, uses each, and looks at what they cost when all are idle. */
    static final class ManyIdleChannels {
        private ManyIdleChannels() {}

        public static void main(String[] arguments) {
            String[] names = new String[CHANNELS];
            for (int i = 0; i < CHANNELS; i++) {
                names[i] = "tenant-" + i;
            }
            try (FairScheduler<String, Integer> scheduler = FairScheduler.<String, Integer>processing(String::length)
                    .workers(2)
                    .build()) {
                scheduler.submit("warm-up", "task").join();
                long before = usedHeap();
                ChannelOptions options = ChannelOptions.capacity(10_000);
                for (String name : names) {
                    scheduler.openChannel(name, options);
                }
                check("open", usedHeap() - before);

                for (int round = 0; round < 20; round++) {
                    for (String name : names) {
                        scheduler.channel(name).offer(name);
                    }
                    long accepted = 1 + (round + 1L) * CHANNELS;
                    while (scheduler.stats().completed() < accepted) {
                        Thread.yield();
                    }
                    if (round == 0) {
                        check("used once", usedHeap() - before);
                    }
                }
                check("used often", usedHeap() - before);
                if (scheduler.channels().size() != CHANNELS + 1) {
                    throw new AssertionError("channels: " + scheduler.channels().size());
                }
            }
        }

        private static void check(String when, long bytes) {
            System.out.println(when + ": " + bytes / CHANNELS + " bytes for each channel");
            if (bytes > (long) CHANNELS * MOST_BYTES_EACH) {
                throw new AssertionError("more than " + MOST_BYTES_EACH + " bytes for each channel");
            }
        }
    }

    /** One worker is occupied; tasks of a megabyte are put in and cancelled, in every order. */
    static final class ManyCancelledTasks {
        private ManyCancelledTasks() {}

        public static void main(String[] arguments) {
            try (FairScheduler<byte[], Integer> scheduler = FairScheduler.<byte[], Integer>processing(
                            task -> task.length)
                    .workers(1)
                    .drainTimeout(Duration.ZERO)
                    .build()) {
                Channel<byte[], Integer> channel = scheduler.openChannel("a", ChannelOptions.capacity(20));
                channel.pause();
                for (int round = 0; round < 100; round++) {
                    List<TaskHandle<Integer>> handles = new ArrayList<>();
                    for (int i = 0; i < 20; i++) {
                        handles.add(channel.submit(
                                new byte[1 << 20], i % 3 == 0 ? TaskOptions.urgent() : TaskOptions.defaults()));
                    }
                    for (int i = 0; i < 20; i++) {
                        if (!handles.get((i * 7 + round) % 20).cancel()) {
                            throw new AssertionError("not cancelled");
                        }
                    }
                }
                for (int i = 0; i < 1_000; i++) {
                    TaskHandle<Integer> kept = channel.submit(new byte[1 << 20]);
                    TaskHandle<Integer> cancelled = channel.submit(new byte[1 << 20]);
                    cancelled.cancel();
                    kept.cancel();
                }
                if (channel.size() != 0) {
                    throw new AssertionError("size: " + channel.size());
                }
            }
        }
    }

    /** Many tenants come and go. */
    static final class ManyIdleTenants {
        private ManyIdleTenants() {}

        public static void main(String[] arguments) {
            try (FairScheduler<String, Integer> scheduler = FairScheduler.<String, Integer>processing(String::length)
                    .workers(2)
                    .channelDefaults(ChannelOptions.defaults().idleTimeout(Duration.ofMillis(20)))
                    .build()) {
                for (int i = 0; i < 400_000; i++) {
                    scheduler.submit("tenant-" + i, "task");
                    while (i % 20_000 == 0 && scheduler.channels().size() > 20_000) {
                        Thread.yield();
                    }
                }
                while (!scheduler.channels().isEmpty()) {
                    Thread.yield();
                }
                if (scheduler.stats().completed() != 400_000) {
                    throw new AssertionError("completed: " + scheduler.stats().completed());
                }
                long bytes = usedHeap();
                if (bytes > 40 << 20) {
                    throw new AssertionError("left behind: " + bytes + " bytes");
                }
            }
        }
    }
}
