package dev.fairway.spring.autoconfigure.health;

import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Down, with a reason, when a scheduler is stuck or a coordinator has nobody to rely on. What does not exist yet is not woken up.
 */
final class FairwayHealthIndicator extends AbstractHealthIndicator {
    private final SchedulerBeans schedulers;
    private final CoordinatorBeans coordinators;
    private final Duration stuckAfter;

    FairwayHealthIndicator(SchedulerBeans schedulers, CoordinatorBeans coordinators, Duration stuckAfter) {
        super("Fairway health check failed");
        this.schedulers = schedulers;
        this.coordinators = coordinators;
        this.stuckAfter = stuckAfter;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Map<String, String> reasons = new LinkedHashMap<>();
        look("scheduler ", schedulers.all(), scheduler -> StuckScheduler.reason(scheduler, stuckAfter), reasons);
        look("coordinator ", coordinators.all(), DesertedCoordinator::reason, reasons);
        if (reasons.isEmpty()) {
            builder.up();
        } else {
            builder.down();
        }
        reasons.forEach(builder::withDetail);
    }

    private static <P> void look(
            String kind, Map<String, P> primitives, Function<P, @Nullable String> look, Map<String, String> reasons) {
        primitives.forEach((name, primitive) -> {
            String reason = look.apply(primitive);
            if (reason != null) {
                reasons.put(kind + name, reason);
            }
        });
    }
}
