package dev.fairway;

import org.jspecify.annotations.Nullable;

/**
 * Carries a caller's context (MDC, trace, security) from the thread that submits a task to the thread that runs it.
 *
 * <p>Implementations are thread-safe and do not block.
 */
@FunctionalInterface
public interface ContextPropagator {
    /**
     * Called once for each task, in the thread that submits it.
     *
     * @return what to restore around the task; null when there is nothing to carry, which costs the task nothing
     */
    @Nullable
    Snapshot capture();

    /** The captured context of one task. */
    @FunctionalInterface
    interface Snapshot {
        /**
         * Makes the captured context that of the current thread; called once around each phase.
         *
         * @return closed by the same thread after the phase: brings back what was there before
         */
        Scope restore();
    }

    /** A restored context. */
    @FunctionalInterface
    interface Scope extends AutoCloseable {
        @Override
        void close();
    }
}
