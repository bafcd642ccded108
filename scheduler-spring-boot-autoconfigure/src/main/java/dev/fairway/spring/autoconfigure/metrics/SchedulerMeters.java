package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.scheduler.ChannelControl;
import dev.fairway.scheduler.ChannelStats;
import dev.fairway.scheduler.SchedulerControl;
import dev.fairway.scheduler.SchedulerStats;
import dev.fairway.scheduler.TaskEvent;
import dev.fairway.scheduler.TaskListener;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one scheduler.
 *
 * <p><b>Channels.</b> A channel is often a tenant, so only so many have meters of their own: those that came first, until they
 * close. The others are counted together, under {@code _other}: what the scheduler has counted, less what the named channels
 * have, less what the channels that were named and have closed had when they did.
 *
 * <p><b>A channel that was in {@code _other} and gets a place of its own</b> starts from zero there: what it had counted before
 * stays where it was, since no counter may ever go down.
 *
 * <p>The meters start when both the scheduler and the registry are there, in whatever order they come.
 */
final class SchedulerMeters implements TaskListener<Object> {
    static final String OTHER = "_other";

    private final String name;
    private final int maxChannels;
    private final Map<String, Named> named = new ConcurrentHashMap<>();
    private final Other others = new Other();

    /** Guards {@link #named} against growing too large, and everything below. */
    private final Object lock = new Object();

    private final Map<Outcome, Long> retired = new EnumMap<>(Outcome.class);
    private boolean listening;
    private volatile @Nullable MeterRegistry registry;
    private volatile @Nullable SchedulerControl scheduler;
    private volatile @Nullable MeterSet other;

    SchedulerMeters(String name, int maxChannels) {
        this.name = name;
        this.maxChannels = maxChannels;
    }

    /** This listener was given to the scheduler's builder, so that it will hear of each channel. */
    void listening() {
        synchronized (lock) {
            listening = true;
        }
    }

    void scheduler(SchedulerControl scheduler) {
        synchronized (lock) {
            this.scheduler = scheduler;
            startWhenReady();
        }
    }

    void registry(MeterRegistry registry) {
        synchronized (lock) {
            if (this.registry == null) {
                this.registry = registry;
                startWhenReady();
            }
        }
    }

    private void startWhenReady() {
        MeterRegistry to = registry;
        SchedulerControl of = scheduler;
        if (to == null || of == null) {
            return;
        }
        Gauge.builder("fairway.scheduler.workers", of, SchedulerControl::workers)
                .description("How many workers may run at once")
                .baseUnit("workers")
                .tag("scheduler", name)
                .register(to);
        for (ChannelControl channel : of.channels()) {
            name(to, channel);
        }
        if (!listening) {
            other(to, of);
        }
    }

    @Override
    public void accepted(TaskEvent<Object> event) {
        meters(event.channel());
    }

    @Override
    public void rejected(TaskEvent<Object> event) {
        meters(event.channel());
    }

    @Override
    public void started(TaskEvent<Object> event) {
        MeterSet meters = meters(event.channel());
        if (meters != null) {
            meters.waited(event.waited());
        }
    }

    @Override
    public void committed(TaskEvent<Object> event) {
        ran(event);
    }

    @Override
    public void failed(TaskEvent<Object> event) {
        ran(event);
    }

    private void ran(TaskEvent<Object> event) {
        MeterSet meters = meters(event.channel());
        if (meters != null && event.wasStarted()) {
            meters.ran(event.ran());
        }
    }

    /** Null before there are meters, and for a channel that has just gone. */
    private @Nullable MeterSet meters(String channel) {
        Named known = named.get(channel);
        if (known != null) {
            return known.meters;
        }
        MeterRegistry to = registry;
        SchedulerControl of = scheduler;
        if (to == null || of == null) {
            return null;
        }
        MeterSet together = other;
        if (together != null && named.size() >= maxChannels) {
            return together;
        }
        ChannelControl control = of.findChannel(channel).orElse(null);
        if (control == null) {
            return together;
        }
        synchronized (lock) {
            return name(to, control);
        }
    }

    /** Gives a channel meters of its own, when there is a place left. Under the lock. */
    private @Nullable MeterSet name(MeterRegistry to, ChannelControl channel) {
        Named known = named.get(channel.name());
        if (known != null) {
            return known.meters;
        }
        if (named.size() >= maxChannels) {
            return scheduler == null ? null : other(to, scheduler);
        }
        Named added = new Named(to, channel, other == null ? null : channel.stats());
        named.put(channel.name(), added);
        var unused = channel.terminated().whenComplete((nothing, failure) -> retire(channel.name(), added));
        return added.meters;
    }

    private MeterSet other(MeterRegistry to, SchedulerControl of) {
        MeterSet together = other;
        if (together == null) {
            together = new MeterSet(to, name, OTHER, others, Other::count, o -> o.now(of, true), o -> o.now(of, false));
            other = together;
        }
        return together;
    }

    /** A channel has closed: its meters go, and its place is free. */
    private void retire(String channel, Named closed) {
        synchronized (lock) {
            if (!named.remove(channel, closed)) {
                return;
            }
            for (Outcome outcome : Outcome.values()) {
                retired.merge(outcome, closed.count(outcome), Long::sum);
            }
            closed.meters.remove();
            MeterRegistry to = registry;
            SchedulerControl of = scheduler;
            if (to != null && of != null) {
                of.findChannel(channel).filter(again -> again != closed.channel).ifPresent(again -> name(to, again));
            }
        }
    }

    /** One channel with meters of its own. */
    private final class Named {
        final ChannelControl channel;
        final @Nullable ChannelStats before;
        final MeterSet meters;

        Named(MeterRegistry to, ChannelControl channel, @Nullable ChannelStats before) {
            this.channel = channel;
            this.before = before;
            this.meters = new MeterSet(
                    to,
                    name,
                    channel.name(),
                    this,
                    Named::count,
                    n -> n.channel.stats().waiting(),
                    n -> n.channel.stats().running());
        }

        long count(Outcome outcome) {
            return outcome.count(channel.stats()) - (before == null ? 0 : outcome.count(before));
        }
    }

    /** All channels without meters of their own. */
    private final class Other {
        private final Map<Outcome, Long> highest = new ConcurrentHashMap<>();

        /** The parts are not read at one moment, so the difference may lag behind; what was reported is kept. */
        double count(Outcome outcome) {
            SchedulerControl of = scheduler;
            if (of == null) {
                return 0;
            }
            long apart;
            synchronized (lock) {
                apart = retired.getOrDefault(outcome, 0L);
                for (Named channel : named.values()) {
                    apart += channel.count(outcome);
                }
            }
            long count = outcome.count(of.stats()) - apart;
            return highest.merge(outcome, count, Math::max);
        }

        long now(SchedulerControl of, boolean waiting) {
            SchedulerStats all = of.stats();
            long apart = 0;
            for (Named channel : named.values()) {
                ChannelStats stats = channel.channel.stats();
                apart += waiting ? stats.waiting() : stats.running();
            }
            return Math.max(0, (waiting ? all.waiting() : all.running()) - apart);
        }
    }
}
