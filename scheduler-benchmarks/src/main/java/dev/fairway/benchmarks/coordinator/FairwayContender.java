package dev.fairway.benchmarks.coordinator;

import dev.fairway.coordinator.Coordinator;
import org.jspecify.annotations.Nullable;

/** The coordinator as anybody would use it: all workers do the same, and any will do. */
final class FairwayContender implements Contender {
    private final Coordinator<Runnable, @Nullable Void> coordinator;

    FairwayContender(int workers, boolean virtualThreads) {
        coordinator = Coordinator.<Runnable, @Nullable Void>builder()
                .capacity(Opponent.CAPACITY)
                .virtualThreads(virtualThreads)
                .build();
        for (int i = 0; i < workers; i++) {
            coordinator.addWorker("worker-" + i, FairwayContender::run);
        }
    }

    private static @Nullable Void run(Runnable task) {
        task.run();
        return null;
    }

    @Override
    public Object submit(Runnable task) {
        return coordinator.submit(task);
    }

    @Override
    public void call(Runnable task) {
        coordinator.submit(task).join();
    }

    @Override
    public void close() {
        coordinator.close();
    }
}
