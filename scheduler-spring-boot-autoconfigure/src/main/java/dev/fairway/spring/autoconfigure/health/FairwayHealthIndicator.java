package dev.fairway.spring.autoconfigure.health;

import dev.fairway.Drainable;
import dev.fairway.spring.autoconfigure.CoordinatorBeans;
import dev.fairway.spring.autoconfigure.DispatcherBeans;
import dev.fairway.spring.autoconfigure.NamedBeans;
import dev.fairway.spring.autoconfigure.SchedulerBeans;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Down, with a reason, when a scheduler is stuck, a coordinator has nobody to rely on or a listener has stopped. What does not exist
 * yet is not woken up.
 */
final class FairwayHealthIndicator extends AbstractHealthIndicator {
    private final SchedulerBeans schedulers;
    private final CoordinatorBeans coordinators;
    private final DispatcherBeans dispatchers;
    private final Duration stuckAfter;

    FairwayHealthIndicator(
            SchedulerBeans schedulers,
            CoordinatorBeans coordinators,
            DispatcherBeans dispatchers,
            Duration stuckAfter) {
        super("Fairway health check failed");
        this.schedulers = schedulers;
        this.coordinators = coordinators;
        this.dispatchers = dispatchers;
        this.stuckAfter = stuckAfter;
    }

    @Override
    protected void doHealthCheck(Health.Builder builder) {
        Map<String, String> reasons = new LinkedHashMap<>();
        look("scheduler ", schedulers, scheduler -> StuckScheduler.reason(scheduler, stuckAfter), reasons);
        look("coordinator ", coordinators, coordinator -> DesertedCoordinator.reason(coordinator), reasons);
        look("dispatcher ", dispatchers, dispatcher -> StoppedReceivers.reason(dispatcher), reasons);
        if (reasons.isEmpty()) {
            builder.up();
        } else {
            builder.down();
        }
        reasons.forEach(builder::withDetail);
    }

    private static <P extends Drainable> void look(
            String kind, NamedBeans<P> primitives, Function<P, @Nullable String> look, Map<String, String> reasons) {
        primitives.all().forEach((name, primitive) -> {
            String reason = look.apply(primitive);
            if (reason != null) {
                reasons.put(kind + name, reason);
            }
        });
    }
}
