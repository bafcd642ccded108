package dev.fairway.benchmarks.scheduler;

import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelOptions;
import dev.fairway.scheduler.FairScheduler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The scheduler as anybody would use it. */
final class FairwayContender implements Contender {
    private final FairScheduler<Runnable, @Nullable Void> scheduler;
    private final List<Channel<Runnable, @Nullable Void>> channels = new ArrayList<>();
    private final boolean yields;

    FairwayContender(Shape shape, Duration turn, boolean virtualThreads) {
        scheduler = FairScheduler.<Runnable, @Nullable Void>processing(task -> {
                    task.run();
                    return null;
                })
                .workers(shape.workers())
                .turn(turn)
                .virtualThreads(virtualThreads)
                .build();
        for (int i = 0; i < shape.channels(); i++) {
            channels.add(scheduler.openChannel("channel-" + i, ChannelOptions.capacity(shape.capacity())));
        }
        yields = shape.whenFull() == WhenFull.YIELD;
    }

    @Override
    public void put(int channel, Runnable task) {
        Channel<Runnable, @Nullable Void> target = channels.get(channel);
        if (yields) {
            while (!target.offer(task)) {
                Thread.yield();
            }
        } else {
            try {
                target.put(task);
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody interrupts producers", e);
            }
        }
    }

    @Override
    public int waiting(int channel) {
        return channels.get(channel).size();
    }

    FairScheduler<Runnable, @Nullable Void> scheduler() {
        return scheduler;
    }

    @Override
    public void close() {
        scheduler.close();
    }
}
