package dev.fairway.dispatcher;

import dev.fairway.ContextPropagator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The settings of one dispatcher. */
record DispatcherSettings(
        String name,
        int inboxCapacity,
        int reorderCapacity,
        long startAfter,
        List<String> receivers,
        long drainNanos,
        @Nullable ContextPropagator contextPropagator) {}
