package dev.fairway.spring.autoconfigure;

import dev.fairway.scheduler.SchedulerControl;
import org.jspecify.annotations.Nullable;

/** The scheduler beans that exist. */
public final class SchedulerBeans extends NamedBeans<SchedulerControl> {
    /** Made by the auto-configuration. */
    SchedulerBeans() {}

    @Override
    @Nullable
    SchedulerControl cast(Object bean) {
        return bean instanceof SchedulerControl scheduler ? scheduler : null;
    }
}
