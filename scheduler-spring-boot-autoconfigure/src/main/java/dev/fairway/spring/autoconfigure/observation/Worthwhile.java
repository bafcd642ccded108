package dev.fairway.spring.autoconfigure.observation;

import io.micrometer.observation.ObservationHandler;
import io.micrometer.observation.ObservationRegistry;
import java.util.List;
import org.springframework.util.ClassUtils;

/**
 * Decides whether tasks are observed when nobody has said so. They are not when meters are all that would come of it, which is
 * what Boot sets up where there is Actuator and no tracing: there are better meters of the schedulers already, and those of five
 * observations cost a short task forty times what it costs itself.
 */
final class Worthwhile {
    private static final Class<?> ORDINARY = ObservationRegistry.create().getClass();
    private static final String METER_HANDLER = "io.micrometer.core.instrument.observation.MeterObservationHandler";

    private Worthwhile() {}

    /**
     * {@return whether somebody else than meters listens, as far as can be seen}
     *
     * @param registry a registry of another kind than the usual may do anything
     * @param handlers those that are beans; with none, those of the registry were set by hand
     */
    static boolean isWorthwhile(ObservationRegistry registry, List<ObservationHandler<?>> handlers) {
        return !ORDINARY.isInstance(registry)
                || handlers.isEmpty()
                || !handlers.stream().allMatch(Worthwhile::makesMeters);
    }

    private static boolean makesMeters(ObservationHandler<?> handler) {
        ClassLoader loader = handler.getClass().getClassLoader();
        return ClassUtils.isPresent(METER_HANDLER, loader)
                && ClassUtils.resolveClassName(METER_HANDLER, loader).isInstance(handler);
    }
}
