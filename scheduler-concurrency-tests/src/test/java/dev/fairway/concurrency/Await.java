package dev.fairway.concurrency;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** Waiting in an arbiter for what must happen; that it does not is an outcome, and forbidden. */
public final class Await {
    /** Far longer than anything takes on a loaded machine. */
    public static final Duration LIMIT = Duration.ofSeconds(30);

    private Await() {}

    /** {@return whether it has come true within the limit} */
    public static boolean until(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - start > LIMIT.toNanos()) {
                return false;
            }
            Thread.yield();
        }
        return true;
    }

    /** {@return whether the stage has completed within the limit} */
    public static boolean until(CompletionStage<?> stage) {
        return until(stage.toCompletableFuture()::isDone);
    }
}
