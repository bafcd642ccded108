package dev.fairway.internal;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** Logs what fails with nobody listening, at a limited rate: a message a second, and how many were left out. */
public final class Failures {
    private static final long INTERVAL_NANOS = 1_000_000_000;

    /** A failure may describe its cause, which describes its own: a chain of a thousand must not become a text of a million. */
    private static final int LONGEST_DESCRIPTION = 1_000;

    private final Logger logger;
    private final LongSupplier ticker;
    private final AtomicLong nextAllowed;
    private final AtomicLong leftOut = new AtomicLong();

    /**
     * Logs under a name.
     *
     * @param logger the primitive's package
     */
    public Failures(String logger) {
        this(logger, System::nanoTime);
    }

    Failures(String logger, LongSupplier ticker) {
        this.logger = System.getLogger(logger);
        this.ticker = ticker;
        this.nextAllowed = new AtomicLong(ticker.getAsLong());
    }

    /** What was thrown, as text, whatever its own methods throw. */
    public static String describe(Throwable thrown) {
        try {
            String text = String.valueOf(thrown);
            return text.length() <= LONGEST_DESCRIPTION ? text : text.substring(0, LONGEST_DESCRIPTION) + "…";
        } catch (Throwable secondary) {
            return thrown.getClass().getName();
        }
    }

    /** Never throws. */
    public void log(Supplier<String> message, Throwable failure) {
        long allowed = nextAllowed.get();
        long now = ticker.getAsLong();
        if (now - allowed < 0 || !nextAllowed.compareAndSet(allowed, now + INTERVAL_NANOS)) {
            leftOut.incrementAndGet();
            return;
        }
        long missing = leftOut.getAndSet(0);
        try {
            logger.log(
                    Level.WARNING, message.get() + (missing == 0 ? "" : " (" + missing + " more not logged)"), failure);
        } catch (Throwable thrown) { // by the failure's own methods, or by the logging: neither may harm a worker
            leftOut.addAndGet(missing + 1);
        }
    }

    /** Not limited: for what happens once. */
    public void warn(String message) {
        logger.log(Level.WARNING, message);
    }
}
