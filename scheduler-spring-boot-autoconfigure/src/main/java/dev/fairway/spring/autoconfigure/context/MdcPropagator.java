package dev.fairway.spring.autoconfigure.context;

import dev.fairway.ContextPropagator;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/** Carries the MDC. */
final class MdcPropagator implements ContextPropagator {
    @Override
    public @Nullable Snapshot capture() {
        Map<String, String> submitters = MDC.getCopyOfContextMap();
        return submitters == null || submitters.isEmpty() ? null : () -> restore(submitters);
    }

    private static Scope restore(Map<String, String> submitters) {
        Map<String, String> workers = MDC.getCopyOfContextMap();
        MDC.setContextMap(submitters);
        return () -> {
            if (workers == null || workers.isEmpty()) {
                MDC.clear();
            } else {
                MDC.setContextMap(workers);
            }
        };
    }
}
