package dev.fairway.benchmarks.memory;

import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.FairScheduler;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Tasks that wait in paused channels. All are the same object, so that what a channel adds is left. */
final class WaitingTasks implements Many {
    private static final Object TASK = "task";

    private final FairScheduler<Object, @Nullable Void> scheduler =
            FairScheduler.<Object, @Nullable Void>processing(task -> null).build();
    private final List<Channel<Object, @Nullable Void>> channels = new ArrayList<>();
    private final int inEach;
    private final boolean handles;

    /**
     * Opens the channels.
     *
     * @param count how many tasks there will be
     * @param inEach how many of them in a channel; at most 1 024
     * @param handles whether they are submitted, which gives handles, or offered
     */
    WaitingTasks(int count, int inEach, boolean handles) {
        this.inEach = inEach;
        this.handles = handles;
        for (int i = 0; i * inEach < count; i++) {
            Channel<Object, @Nullable Void> channel = scheduler.openChannel("channel-" + i);
            channel.pause();
            channels.add(channel);
        }
    }

    @Override
    public Object root() {
        return scheduler;
    }

    @Override
    public void make(String[] names, Object[] held) throws InterruptedException {
        for (int i = 0; i < names.length; i++) {
            Channel<Object, @Nullable Void> channel = channels.get(i / inEach);
            if (handles) {
                held[i] = channel.submit(TASK);
            } else {
                channel.put(TASK);
            }
        }
    }

    @Override
    public void close() {
        scheduler.shutdownNow();
    }
}
