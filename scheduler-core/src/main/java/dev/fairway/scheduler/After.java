package dev.fairway.scheduler;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** What was decided under a lock and must be done after it: other people's code, wake-ups, locks of other channels. */
final class After<T, R extends @Nullable Object> {
    private final DefaultFairScheduler<T, R> scheduler;
    private final List<DefaultChannel<T, R>> toLink = new ArrayList<>(0);
    private final List<DefaultChannel<T, R>> ended = new ArrayList<>(0);
    private final List<DefaultChannel<T, R>> mayAdmit = new ArrayList<>(0);
    private final List<Expired<T, R>> expired = new ArrayList<>(0);
    private final List<Run.Settlement> settled = new ArrayList<>(0);
    private final List<Thread> toUnpark = new ArrayList<>(0);
    private boolean dirty;

    private record Expired<T, R extends @Nullable Object>(DefaultChannel<T, R> channel, TaskNode<T, R> node) {}

    After(DefaultFairScheduler<T, R> scheduler) {
        this.scheduler = scheduler;
    }

    boolean isDirty() {
        return dirty;
    }

    /** The channel may have to be put among those that wait for a turn, or taken out. */
    void relink(DefaultChannel<T, R> channel) {
        toLink.add(channel);
        dirty = true;
    }

    void ended(DefaultChannel<T, R> channel) {
        ended.add(channel);
        dirty = true;
    }

    /** There is room in the scheduler for one of the producers that wait at this channel. */
    void admitAt(@Nullable DefaultChannel<T, R> channel) {
        if (channel != null) {
            mayAdmit.add(channel);
            dirty = true;
        }
    }

    void expired(DefaultChannel<T, R> channel, TaskNode<T, R> node) {
        expired.add(new Expired<>(channel, node));
        dirty = true;
    }

    void settled(Run.Settlement settlement) {
        settled.add(settlement);
        dirty = true;
    }

    void unpark(Thread thread) {
        toUnpark.add(thread);
        dirty = true;
    }

    /** To be called under no lock. */
    void run() {
        if (!dirty) {
            return;
        }
        while (!mayAdmit.isEmpty()) {
            mayAdmit.remove(0).admitOne(this);
            admitAt(requireNonNull(scheduler.room).next()); // used or not: there may be room for more
        }
        for (DefaultChannel<T, R> channel : toLink) {
            scheduler.crew.relink(channel);
        }
        for (Thread thread : toUnpark) {
            LockSupport.unpark(thread);
        }
        List<Expired<T, R>> nodes = List.copyOf(expired);
        List<DefaultChannel<T, R>> channels = List.copyOf(ended);
        List<Run.Settlement> settlements = List.copyOf(settled);
        toLink.clear();
        toUnpark.clear();
        expired.clear();
        ended.clear();
        settled.clear();
        dirty = false;
        for (Expired<T, R> task : nodes) {
            scheduler.outcomes.expired(task.channel, task.node);
            task.channel.callbackArrived();
        }
        for (Run.Settlement settlement : settlements) {
            scheduler.outcomes.callBack(() -> settlement.settled.complete(null));
        }
        for (DefaultChannel<T, R> channel : channels) {
            scheduler.channelEnded(channel);
        }
    }
}
