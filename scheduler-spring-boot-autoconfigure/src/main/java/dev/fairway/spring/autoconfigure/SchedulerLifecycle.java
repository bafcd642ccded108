package dev.fairway.spring.autoconfigure;

import dev.fairway.DrainReport;
import dev.fairway.scheduler.SchedulerControl;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
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
 * <p>All schedulers drain side by side, each for its own drain timeout and all within the timeout of the shutdown phase, less a
 * tenth (a second at the most) in which what is left is interrupted and reported. Only closing ends them: a context that is
 * paused or stopped, and goes on, finds them open.
 */
final class SchedulerLifecycle implements SmartLifecycle, ApplicationListener<ContextClosedEvent> {
    /** Phases stop from the highest down; the web server's are the default phase less 1024 and less 2048. */
    static final int PHASE = SmartLifecycle.DEFAULT_PHASE - 3072;

    private static final Log log = LogFactory.getLog(SchedulerLifecycle.class);
    private static final Duration MOST_IN_RESERVE = Duration.ofSeconds(1);

    private final ApplicationContext context;
    private final SchedulerBeans schedulers;
    private final Function<String, Duration> drainTimeout;
    private final Supplier<Duration> phaseTimeout;
    private volatile boolean running;
    private volatile boolean closing;

    SchedulerLifecycle(
            ApplicationContext context,
            SchedulerBeans schedulers,
            Function<String, Duration> drainTimeout,
            Supplier<Duration> phaseTimeout) {
        this.context = context;
        this.schedulers = schedulers;
        this.drainTimeout = drainTimeout;
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
            drain();
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

    private void drain() {
        Duration limit = limit(phaseTimeout.get());
        List<Thread> drains = new ArrayList<>();
        schedulers.all().forEach((name, scheduler) -> {
            Duration own = drainTimeout.apply(name);
            Duration timeout = own.compareTo(limit) < 0 ? own : limit;
            drains.add(start("fairway-shutdown-" + name, () -> drain(name, scheduler, timeout)));
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

    /** What is left for waiting when there must be time for interrupting the rest. */
    static Duration limit(Duration phaseTimeout) {
        Duration tenth = phaseTimeout.dividedBy(10);
        return phaseTimeout.minus(tenth.compareTo(MOST_IN_RESERVE) < 0 ? tenth : MOST_IN_RESERVE);
    }

    private static void drain(String name, SchedulerControl scheduler, Duration timeout) {
        DrainReport report = scheduler.close(timeout);
        if (report.isClean()) {
            log.debug("Scheduler '" + name + "' has finished what it had accepted");
        } else {
            log.warn(describe(name, report, timeout));
        }
    }

    static String describe(String name, DrainReport report, Duration timeout) {
        return "Scheduler '" + name + "' did not finish within " + timeout.toMillis() + " ms: " + report.neverRan()
                + " tasks never ran, " + report.running() + " were still running ("
                + report.unfinished().entrySet().stream()
                        .map(SchedulerLifecycle::describe)
                        .collect(Collectors.joining("; "))
                + ")";
    }

    private static String describe(Map.Entry<String, DrainReport.Unfinished> channel) {
        return "channel '" + channel.getKey() + "': " + channel.getValue().neverRan() + " never ran, "
                + channel.getValue().running() + " still running";
    }

    private static Thread start(String name, Runnable code) {
        Thread thread = new Thread(code, name);
        thread.start();
        return thread;
    }
}
