package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.spring.autoconfigure.DispatcherBeans;
import java.util.Collection;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Gives meters to dispatchers as they come, once the registry is there. */
final class DispatcherMetering {
    /** The registry holds on to what its functions ask weakly. */
    private final Collection<DispatcherMeters> all = new ConcurrentLinkedQueue<>();

    DispatcherMetering(int maxReceivers, DispatcherBeans beans, FairwayMeters registry) {
        beans.onEach((name, dispatcher) -> registry.whenThere(to -> {
            if (all.stream().noneMatch(meters -> meters.areOf(dispatcher))) {
                DispatcherMeters meters = new DispatcherMeters(name, dispatcher, maxReceivers, to);
                all.add(meters);
                meters.start();
            }
        }));
    }
}
