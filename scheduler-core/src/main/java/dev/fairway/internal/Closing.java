package dev.fairway.internal;

import dev.fairway.DrainReport;
import dev.fairway.DrainReport.Unfinished;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The part of a close that waits: for what was accepted, then, when that takes too long, for what was interrupted, and for the
 * threads. An interrupt of the closing thread cuts the first wait short; its flag is set again in the end.
 */
public final class Closing {
    /** How long a close waits for interrupted tasks to return before it names their threads and leaves them alone. */
    private static final long GRACE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int PLACES_IN_MESSAGE = 10;

    private final Map<String, Unfinished> unfinished = new LinkedHashMap<>();
    private final List<Thread> left = new ArrayList<>();
    private boolean interrupted;

    /**
     * Waits until all is over.
     *
     * @param drained completes when nothing waits or runs any more
     * @param nanos how long it may take before the rest is stopped
     * @param stopRest drops what waits, interrupts what runs, and counts both
     * @param threads asked afterwards: those that are about to end
     */
    public void await(
            CompletableFuture<Void> drained,
            long nanos,
            Consumer<Closing> stopRest,
            Supplier<? extends Collection<Thread>> threads) {
        if (!isDrained(drained, Math.max(0, nanos))) {
            stopRest.accept(this);
        }
        long deadline = System.nanoTime() + GRACE_NANOS;
        isDrained(drained, GRACE_NANOS);
        for (Thread thread : threads.get()) {
            join(thread, deadline);
            if (thread.isAlive()) {
                left.add(thread);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** Counts what was left in one place, if anything was. */
    public void count(String place, long neverRan, long running) {
        if (neverRan + running > 0) {
            unfinished.merge(
                    place,
                    new Unfinished(neverRan, running),
                    (a, b) -> new Unfinished(a.neverRan() + b.neverRan(), a.running() + b.running()));
        }
    }

    /** The threads that did not end in time. */
    public List<Thread> threadsLeft() {
        return left;
    }

    public DrainReport report(String owner) {
        return new DrainReport(owner, unfinished);
    }

    /**
     * A report as text.
     *
     * @param what kind and name of what was closed
     * @param places what its places are called
     */
    public static String describe(DrainReport report, String what, String places) {
        String each = report.unfinished().entrySet().stream()
                .limit(PLACES_IN_MESSAGE)
                .map(entry -> "'" + entry.getKey() + "' " + entry.getValue().neverRan() + " never ran, "
                        + entry.getValue().running() + " still running")
                .collect(Collectors.joining("; "));
        int all = report.unfinished().size();
        return what + " closed with " + report.neverRan() + " tasks that never ran and " + report.running()
                + " still running: " + each + (all > PLACES_IN_MESSAGE ? "; … of " + all + " " + places : "");
    }

    /** False when the time is over or the caller was interrupted. */
    private boolean isDrained(CompletableFuture<Void> drained, long nanos) {
        try {
            drained.get(nanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            interrupted = true;
            return false;
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    private void join(Thread thread, long deadline) {
        while (thread.isAlive()) {
            long nanos = deadline - System.nanoTime();
            if (nanos <= 0) {
                return;
            }
            try {
                thread.join(Math.max(1, TimeUnit.NANOSECONDS.toMillis(nanos)));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
    }
}
