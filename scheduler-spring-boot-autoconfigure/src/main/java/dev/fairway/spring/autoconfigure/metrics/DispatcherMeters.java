package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.dispatcher.ClockedDispatcher;
import dev.fairway.dispatcher.DispatcherStats;
import dev.fairway.dispatcher.ReceiverStats;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/**
 * The meters of one dispatcher. All are functions that are asked when somebody looks.
 *
 * <p><b>Receivers.</b> A dispatcher tells nobody when receivers come and go, so they are looked for whenever somebody looks at the
 * clock: one that was registered since has meters at the next look. Only so many have meters of their own: those that came first,
 * until they are closed. The others are together under {@code _other}: what was accepted for all, less what was for the named ones,
 * less what had been for those that were named and are gone.
 */
final class DispatcherMeters {
    static final String OTHER = "_other";

    private final String name;
    private final ClockedDispatcher<?> dispatcher;
    private final int maxReceivers;
    private final MeterRegistry registry;

    // Guarded by this.
    private final Map<String, Named> named = new LinkedHashMap<>();
    private long retired;
    private long highest;
    private boolean hasOther;

    DispatcherMeters(String name, ClockedDispatcher<?> dispatcher, int maxReceivers, MeterRegistry registry) {
        this.name = name;
        this.dispatcher = dispatcher;
        this.maxReceivers = maxReceivers;
        this.registry = registry;
    }

    boolean areOf(ClockedDispatcher<?> one) {
        return dispatcher == one;
    }

    void start() {
        gauge(
                "fairway.dispatcher.clock",
                "The timestamp that the dispatcher has reached",
                null,
                Tags.empty(),
                this,
                DispatcherMeters::look);
        var unused = look();
    }

    /** {@return the clock} Looks who has come and gone on the way. */
    private double look() {
        DispatcherStats stats = dispatcher.stats();
        synchronized (this) {
            for (Named gone : List.copyOf(named.values())) {
                ReceiverStats now = stats.receivers().get(gone.receiver);
                if (now == null || now.accepted() < gone.accepted) { // or another of its name
                    retire(gone);
                }
            }
            for (ReceiverStats receiver : stats.receivers().values()) {
                if (!named.containsKey(receiver.receiver())) {
                    if (named.size() < maxReceivers) {
                        named.put(receiver.receiver(), new Named(receiver));
                    } else if (!hasOther) {
                        hasOther = true;
                        register(
                                OTHER,
                                this,
                                DispatcherMeters::othersAccepted,
                                DispatcherMeters::othersLag,
                                DispatcherMeters::othersBlocked);
                    }
                }
            }
        }
        return stats.clock();
    }

    private void retire(Named gone) {
        named.remove(gone.receiver);
        retired += gone.accepted - gone.before;
        gone.meters.forEach(registry::remove);
    }

    private <S> List<Meter> register(
            String receiver,
            S source,
            ToDoubleFunction<S> accepted,
            ToDoubleFunction<S> lag,
            ToDoubleFunction<S> blocked) {
        Tags tags = Tags.of("receiver", receiver);
        List<Meter> meters = new ArrayList<>();
        meters.add(FunctionCounter.builder("fairway.dispatcher.sent", source, accepted)
                .description("Messages accepted for a receiver; a broadcast counts for each")
                .baseUnit("messages")
                .tags(tags.and("dispatcher", name))
                .register(registry));
        meters.add(gauge(
                "fairway.dispatcher.lag",
                "How many timestamps a receiver is behind the clock",
                null,
                tags,
                source,
                lag));
        meters.add(gauge(
                "fairway.dispatcher.blocked",
                "Calls that wait for room at a receiver",
                "senders",
                tags,
                source,
                blocked));
        return meters;
    }

    private <S> Gauge gauge(
            String meter, String description, @Nullable String unit, Tags tags, S source, ToDoubleFunction<S> value) {
        return Gauge.builder(meter, source, value)
                .description(description)
                .baseUnit(unit)
                .tags(tags.and("dispatcher", name))
                .register(registry);
    }

    /** The parts are not read at one moment, so the difference may lag behind; what was reported is kept. */
    private synchronized double othersAccepted() {
        DispatcherStats stats = dispatcher.stats();
        long apart = retired;
        for (Named receiver : named.values()) {
            apart += receiver.count(stats);
        }
        highest = Math.max(highest, stats.accepted() - apart);
        return highest;
    }

    private synchronized double othersLag() {
        return dispatcher.stats().receivers().values().stream()
                .filter(receiver -> !named.containsKey(receiver.receiver()))
                .mapToLong(ReceiverStats::lag)
                .max()
                .orElse(0);
    }

    private synchronized double othersBlocked() {
        return dispatcher.stats().receivers().values().stream()
                .filter(receiver -> !named.containsKey(receiver.receiver()))
                .mapToLong(ReceiverStats::blockedSenders)
                .sum();
    }

    /** One receiver with meters of its own. Guarded by the dispatcher's meters. */
    private final class Named {
        final String receiver;
        final List<Meter> meters;

        /** What had been counted for it under {@code _other}. */
        final long before;

        long accepted;

        Named(ReceiverStats now) {
            this.receiver = now.receiver();
            this.accepted = now.accepted();
            this.before = hasOther ? now.accepted() : 0;
            this.meters = register(receiver, this, Named::count, Named::lag, Named::blocked);
        }

        private double count() {
            synchronized (DispatcherMeters.this) {
                return count(dispatcher.stats());
            }
        }

        /** One that has gone, or another of its name, does not lower the count. */
        long count(DispatcherStats stats) {
            ReceiverStats now = stats.receivers().get(receiver);
            accepted = Math.max(accepted, now == null ? 0 : now.accepted());
            return accepted - before;
        }

        private double lag() {
            ReceiverStats now = dispatcher.stats().receivers().get(receiver);
            return now == null ? 0 : now.lag();
        }

        private double blocked() {
            ReceiverStats now = dispatcher.stats().receivers().get(receiver);
            return now == null ? 0 : now.blockedSenders();
        }
    }
}
