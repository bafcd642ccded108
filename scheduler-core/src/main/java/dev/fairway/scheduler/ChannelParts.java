package dev.fairway.scheduler;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What a channel consists of.
 *
 * <p><b>Layout.</b> A producer and a worker at the same channel, each on a processor of its own, should not write the cache line that the
 * other needs for its next task: that made a task half as expensive again. Padding would cost each idle channel some hundred bytes, so the
 * order of objects and fields does it. What workers write for each task comes first: the {@link Backlog}, made before its channel, and
 * the counters of {@link ChannelRuns}. After them comes what is written once a turn or less, then what both only read, which is here,
 * then what is seldom touched at all ({@link DefaultChannel}), and behind it, made last, what producers write: the {@link Intake}. Nothing
 * but speed depends on it; a collector that moves objects may spoil some of it.
 */
abstract class ChannelParts<T, R extends @Nullable Object> extends ChannelRuns<T, R> {
    final DefaultFairScheduler<T, R> scheduler;
    final Backlog backlog;

    /** The backlog's; producers find it here. */
    final Intake intake;

    /** The {@link Entrance}'s. Guarded by the channel's lock; null when nobody waits. */
    @Nullable
    ArrayDeque<Entrance.Putter> putters;

    ChannelParts(DefaultFairScheduler<T, R> scheduler, Backlog backlog, ChannelOptions options) {
        super(backlog, options.maxParallel()); // which is also the lock: one object less for each channel
        this.scheduler = scheduler;
        this.backlog = backlog;
        this.intake = new Intake(scheduler, options.capacity());
        backlog.intake = intake;
    }
}
