package dev.fairway.spring.autoconfigure;

import dev.fairway.DrainReport;
import dev.fairway.scheduler.SchedulerControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.event.ContextClosedEvent;

/**
 * Drains the schedulers when the application context closes: after the web server has stopped, so that nobody new comes, and
 * before the beans are destroyed, so that draining tasks still have their data source.
 *
 * <p>All schedulers drain side by side, each for its own drain timeout and all within the timeout of the shutdown phase, less
 * what interrupted tasks get for their return. What did not finish is logged, with counts per channel. Only closing the context
 * ends them: one that is paused or stopped, and goes on, finds them open.
 */
final class SchedulerLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {
    /** Phases stop from the highest down; the web server's are the default phase less 1024 and less 2048. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

    private static final Log log = LogFactory.getLog(SchedulerLifecycle.class);

    /** The two seconds of grace after an interrupt, and a little. */
    private static final Duration RESERVE = Duration.ofMillis(2500);

    private final ApplicationContext context;
    private final SchedulerBeans schedulers;
    private final Supplier<Duration> phaseTimeout;
    private volatile boolean running;
    private volatile boolean closing;

    SchedulerLifecycle(ApplicationContext context, SchedulerBeans schedulers, Supplier<Duration> phaseTimeout) {
        this.context = context;
        this.schedulers = schedulers;
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
        List<Thread> drains = new ArrayList<>();
        schedulers.all().forEach((name, scheduler) -> {
            Duration timeout = shorter(scheduler.drainTimeout(), limit);
            drains.add(start("fairway-shutdown-" + name, () -> close(scheduler, timeout)));
        });
        for (Thread drain : drains) {
            try {
                drain.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private static void close(SchedulerControl scheduler, Duration timeout) {
        DrainReport report = scheduler.close(timeout);
        if (!report.isClean()) {
            log.warn(describe(report, timeout));
        }
    }

    static String describe(DrainReport report, Duration timeout) {
        return "Scheduler '" + report.owner() + "' did not finish within " + timeout.toMillis() + " ms: "
                + report.neverRan() + " tasks never ran, " + report.running() + " were still running ("
                + report.unfinished().entrySet().stream()
                        .map(channel -> "channel '" + channel.getKey() + "': "
                                + channel.getValue().neverRan() + " never ran, "
                                + channel.getValue().running() + " still running")
                        .collect(Collectors.joining("; "))
                + ")";
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
}
