package dev.fairway;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What was left when something closed.
 *
 * @param owner the name of what was closed
 * @param unfinished by channel, worker or receiver: only those where something was left
 */
public record DrainReport(String owner, Map<String, Unfinished> unfinished) {
    /** Copies the map, in its order. */
    public DrainReport {
        unfinished = Collections.unmodifiableMap(new LinkedHashMap<>(unfinished));
    }

    /** {@return whether everything accepted had finished} */
    public boolean isClean() {
        return unfinished.isEmpty();
    }

    /** {@return how many accepted tasks never ran, over all channels} */
    public long neverRan() {
        return unfinished.values().stream().mapToLong(Unfinished::neverRan).sum();
    }

    /** {@return how many tasks were still running, over all channels} */
    public long running() {
        return unfinished.values().stream().mapToLong(Unfinished::running).sum();
    }

    /**
     * What was left in one place.
     *
     * @param neverRan accepted, and never started
     * @param running started, and still running when the drain timeout was over
     */
    public record Unfinished(long neverRan, long running) {}
}
