package dev.fairway.spring.autoconfigure;

import dev.fairway.DrainReport;
import dev.fairway.Drainable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Drains the primitives when the application context closes: after the web server has stopped, so that nobody new comes, and
 * before the beans are destroyed, so that draining tasks still have their data source.
 *
 * <p><b>Order.</b> One kind after the other, in the order of the stages: each accepts until its turn comes, since a task that drains
 * in one may need the next. Those of one kind drain side by side, each for its own drain timeout.
 *
 * <p><b>Deadline.</b> All stages together have the timeout of the shutdown phase, less what interrupted tasks get for their return.
 * When it is over the stages that are left do not wait for that return: they cancel at once, meanwhile. What did not finish is
 * logged, with counts.
 *
 * <p>Only closing the context ends the primitives: one that is paused or stopped, and goes on, finds them open.
 */
final class FairwayLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {
    /** Phases stop from the highest down; the web server's are the default phase less 1024 and less 2048. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

    private static final Log log = LogFactory.getLog(FairwayLifecycle.class);

    /** The two seconds of grace after an interrupt, and a little. */
    private static final Duration RESERVE = Duration.ofMillis(2500);

    private final ApplicationContext context;
    private final List<Stage> stages;
    private final Supplier<Duration> phaseTimeout;
    private volatile boolean running;
    private volatile boolean closing;

    FairwayLifecycle(ApplicationContext context, List<Stage> stages, Supplier<Duration> phaseTimeout) {
        this.context = context;
        this.stages = stages;
        this.phaseTimeout = phaseTimeout;
    }

    @Override
    public void onApplicationEvent(ContextClosedEvent event) {
        if (event.getApplicationContext() == context) {
            closing = true;
        }
    }

    @Override
    public int getPhase() {
        return PHASE;
    }

    @Override
    public boolean isPauseable() {
        return false;
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop() {
        running = false;
        if (closing) {
            drain(limit(phaseTimeout.get()));
        }
    }

    @Override
    public void stop(Runnable callback) {
        if (!closing) {
            running = false;
            callback.run();
            return;
        }
        start("fairway-shutdown", () -> {
            try {
                stop();
            } finally {
                callback.run();
            }
        });
    }

    private void drain(Duration limit) {
        long deadline = System.nanoTime() + limit.toNanos();
        List<Thread> drains = new ArrayList<>();
        try {
            for (Stage stage : stages) {
                stage.primitives().all().forEach((name, primitive) -> {
                    Duration timeout = shorter(primitive.drainTimeout(), until(deadline));
                    drains.add(start("fairway-shutdown-" + name, () -> close(stage, primitive, timeout)));
                });
                for (Thread drain : drains) {
                    TimeUnit.NANOSECONDS.timedJoin(drain, until(deadline).toNanos());
                }
            }
            for (Thread drain : drains) {
                drain.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Duration until(long deadline) {
        return Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
    }

    private static void close(Stage stage, Drainable primitive, Duration timeout) {
        DrainReport report = primitive.close(timeout);
        if (!report.isClean()) {
            log.warn(stage.describe(report, timeout));
        }
    }

    /** What may be spent on waiting when there must be time left for interrupting the rest. */
    static Duration limit(Duration phaseTimeout) {
        return phaseTimeout.minus(shorter(phaseTimeout.dividedBy(4), RESERVE));
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }

    private static Thread start(String name, Runnable code) {
        Thread thread = new Thread(code, name);
        thread.start();
        return thread;
    }

    /**
     * The primitives of one kind, and the words for what they leave.
     *
     * @param kind what they are called
     * @param part what their parts are called
     * @param things what they accept
     * @param neverRan what has become of those that were left
     * @param running what becomes of those that were begun
     * @param primitives those there are
     */
    record Stage(String kind, String part, String things, String neverRan, String running, NamedBeans<?> primitives) {
        static Stage ofTasks(String kind, String part, NamedBeans<?> primitives) {
            return new Stage(kind, part, "tasks", "never ran", "still running", primitives);
        }

        String describe(DrainReport report, Duration timeout) {
            return kind + " '" + report.owner() + "' did not finish within " + timeout.toMillis() + " ms: "
                    + report.neverRan() + " " + things + " " + neverRan + ", " + report.running() + " were " + running
                    + " ("
                    + report.unfinished().entrySet().stream()
                            .map(entry -> part + " '" + entry.getKey() + "': "
                                    + entry.getValue().neverRan() + " " + neverRan + ", "
                                    + entry.getValue().running() + " " + running)
                            .collect(Collectors.joining("; "))
                    + ")";
        }
    }
}
