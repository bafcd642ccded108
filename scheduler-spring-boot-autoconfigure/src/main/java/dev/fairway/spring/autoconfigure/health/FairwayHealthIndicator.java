package dev.fairway.spring.autoconfigure.health;

import dev.fairway.scheduler.SchedulerControl;
import dev.fairway.scheduler.SchedulerStats;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/** Down, with a reason, when a scheduler is stuck. Schedulers that do not exist yet are not woken up. */
final class FairwayHealthIndicator extends AbstractHealthIndicator {
    /** Between two looks a worker that has just been woken up gets its chance. */
    private static final long SECOND_LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private static final int LOOKS = 5;

    private final SchedulerBeans schedulers;
    private final Duration stuckAfter;

    FairwayHealthIndicator(SchedulerBeans schedulers, Duration stuckAfter) {
        super("Fairway health check failed");
        this.schedulers = schedulers;
        this.stuckAfter = stuckAfter;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Map<String, String> reasons = new LinkedHashMap<>();
        for (Map.Entry<String, SchedulerControl> entry : schedulers.all().entrySet()) {
            String reason = reason(entry.getValue());
            if (reason != null) {
                reasons.put(entry.getKey(), reason);
            }
        }
        if (reasons.isEmpty()) {
            builder.up();
        } else {
            builder.down();
        }
        reasons.forEach((scheduler, reason) -> builder.withDetail("scheduler " + scheduler, reason));
    }

    private @Nullable String reason(SchedulerControl scheduler) {
        SchedulerStats first = scheduler.stats();
        if (!StuckScheduler.looksStuck(first, stuckAfter)) {
            return null;
        }
        for (int look = 0; look < LOOKS; look++) {
            LockSupport.parkNanos(SECOND_LOOK_NANOS);
            if (!StuckScheduler.isStill(first, scheduler.stats(), stuckAfter)) {
                return null;
            }
        }
        return "stuck: nothing was started for "
                + (first.sinceLastTurn().isZero() ? first.oldestWait() : first.sinceLastTurn()) + ", although "
                + (first.workers() - first.busyWorkers()) + " of " + first.workers() + " workers are free and "
                + first.runnableChannels() + " channels could be served";
    }
}
