package dev.fairway.spring.autoconfigure.call;

import dev.fairway.CancelOption;
import dev.fairway.TaskHandle;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** What an asynchronous method returned, taken for the result that it stands for. */
public final class Flattening {
    private Flattening() {}

    /** {@return the end of what was returned; null when it has ended with itself} */
    static @Nullable CompletionStage<?> stage(@Nullable Object returned) {
        if (returned instanceof TaskHandle<?> handle) {
            return handle.completion();
        }
        return returned instanceof CompletionStage<?> stage ? stage : null;
    }

    /**
     * {@return what was returned, or its result} Waits, when that is the only way to learn the result, or the commit needs it.
     *
     * @param returned what the method returned
     * @param commitNeedsIt whether the result is needed
     * @throws Exception what it ended with
     */
    public static @Nullable Object awaited(@Nullable Object returned, boolean commitNeedsIt) throws Exception {
        try {
            if (returned instanceof TaskHandle<?> handle) {
                return commitNeedsIt ? handle.join() : handle;
            }
            if (returned instanceof CompletionStage<?> stage) {
                return commitNeedsIt ? stage.toCompletableFuture().get() : stage;
            }
            return returned instanceof Future<?> future ? future.get() : returned;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof Error error) {
                throw error;
            }
            throw cause instanceof Exception exception ? exception : e;
        }
    }

    static void cancel(@Nullable Object returned, boolean interrupt) {
        if (returned instanceof TaskHandle<?> handle) {
            boolean unused = interrupt ? handle.cancel(CancelOption.INTERRUPT_RUNNING) : handle.cancel();
        } else if (returned instanceof Future<?> future) {
            try {
                future.cancel(interrupt);
            } catch (UnsupportedOperationException e) {
                return; // a stage that is only to be read, as CompletableFuture makes them
            }
        }
    }

    static Throwable unwrapped(Throwable failure) {
        return failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
    }
}
