package dev.fairway.benchmarks.memory;

import dev.fairway.coordinator.Coordinator;
import org.jspecify.annotations.Nullable;

/** Tasks of a coordinator that has no workers yet. All are the same object, so that what the coordinator adds is left. */
final class TasksForWorkers implements Many {
    private static final Object TASK = "task";

    private final Coordinator<Object, @Nullable Void> coordinator;

    TasksForWorkers(int count) {
        coordinator =
                Coordinator.<Object, @Nullable Void>builder().capacity(count).build();
    }

    @Override
    public Object root() {
        return coordinator;
    }

    @Override
    public void make(String[] names, Object[] held) {
        for (int i = 0; i < names.length; i++) {
            held[i] = coordinator.submit(TASK);
        }
    }

    @Override
    public void close() {
        coordinator.shutdownNow();
    }
}
