package dev.fairway.benchmarks.memory;

import dev.fairway.coordinator.Affinity;
import dev.fairway.coordinator.Coordinator;
import org.jspecify.annotations.Nullable;

/** Idle workers of a coordinator, fresh or after a task each. All have the same code. */
final class Workers implements Many {
    private static final Object TASK = "task";

    private final Coordinator<Object, @Nullable Void> coordinator =
            Coordinator.<Object, @Nullable Void>builder().build();
    private final boolean used;

    Workers(boolean used) {
        this.used = used;
    }

    @Override
    public Object root() {
        return coordinator;
    }

    @Override
    public void make(String[] names, Object[] held) {
        for (String name : names) {
            coordinator.addWorker(name, Workers::doNothing);
            if (used) {
                coordinator.submit(TASK, Affinity.require(name)).join();
            }
        }
    }

    private static @Nullable Void doNothing(Object task) {
        return null;
    }

    @Override
    public void close() {
        coordinator.close();
    }
}
