package dev.fairway.coordinator;

import dev.fairway.ContextPropagator;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The settings of one coordinator; a task timeout of 0 is none. */
record CoordinatorSettings<T>(
        String name,
        int queueThreshold,
        int capacity,
        double ewmaAlpha,
        LoadBalance loadBalance,
        long taskTimeoutNanos,
        int failuresToQuarantine,
        long firstBackOff,
        long longestBackOff,
        Predicate<? super Throwable> failureIf,
        long drainNanos,
        List<CoordinatorListener<? super T>> listeners,
        @Nullable ContextPropagator contextPropagator,
        boolean virtualThreads,
        LongSupplier ticker,
        long startCost) {
    /** Whether somebody listens to more than what happens to workers. */
    boolean areTasksListened() {
        for (CoordinatorListener<? super T> listener : listeners) {
            if (!(listener instanceof Listeners.OfWorkersOnly)) {
                return true;
            }
        }
        return false;
    }
}
