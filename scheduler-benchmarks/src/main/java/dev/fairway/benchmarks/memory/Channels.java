package dev.fairway.benchmarks.memory;

import dev.fairway.benchmarks.Await;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.FairScheduler;
import org.jspecify.annotations.Nullable;

/** Idle channels, fresh or after some tasks. */
final class Channels implements Many {
    static final int TASKS_EACH = 100;

    private static final Object TASK = "task";

    private final FairScheduler<Object, @Nullable Void> scheduler =
            FairScheduler.<Object, @Nullable Void>processing(task -> null).build();
    private final int tasksEach;

    Channels(int tasksEach) {
        this.tasksEach = tasksEach;
    }

    @Override
    public Object root() {
        return scheduler;
    }

    @Override
    public void make(String[] names, Object[] held) throws InterruptedException {
        for (int i = 0; i < names.length; i++) {
            Channel<Object, @Nullable Void> channel = scheduler.openChannel(names[i]);
            held[i] = channel;
            for (int task = 0; task < tasksEach; task++) {
                channel.put(TASK);
            }
        }
        Await.until(
                () -> scheduler.stats().completed() == (long) names.length * tasksEach,
                () -> scheduler.stats().toString());
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
