package dev.fairway.sample.desk;

import dev.fairway.scheduler.SchedulerBuilder;
import dev.fairway.scheduler.TaskListener;
import dev.fairway.spring.FairSchedulerCustomizer;
import java.util.List;
import org.springframework.stereotype.Component;

/** Lets the listeners of the application hear of what becomes of its documents. */
@Component
class RenderListeners implements FairSchedulerCustomizer {
    private final List<TaskListener<Object>> listeners;

    RenderListeners(List<TaskListener<Object>> listeners) {
        this.listeners = listeners;
    }

    @Override
    public void customize(String name, SchedulerBuilder<?, ?> builder) {
        if (name.equals("render")) {
            listeners.forEach(builder::addListener);
        }
    }
}
