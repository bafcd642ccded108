package dev.fairway.coordinator;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Whether a worker is trusted with tasks that could go elsewhere. No clock of its own.
 *
 * <pre>
 *             failures in a row                 a task succeeds
 * TRUSTED ───────────────────────> EJECTED ───────────────────────> TRUSTED
 *                                   │   ^
 *                    back-off over  v   │ a task fails: the back-off doubles
 *                                  on probation
 * </pre>
 *
 * Beside that, it may be put aside by hand, which only a release ends.
 */
final class Health {
    private final int failuresToEject;
    private final long firstBackOff;
    private final long longestBackOff;

    private int failuresInARow;
    private boolean ejected;
    private boolean aside;
    private long backOff;
    private long retryAt;

    Health(int failuresToEject, long firstBackOff, long longestBackOff) {
        this.failuresToEject = failuresToEject;
        this.firstBackOff = firstBackOff;
        this.longestBackOff = longestBackOff;
    }

    boolean isEjected() {
        return ejected;
    }

    boolean isAside() {
        return aside;
    }

    long retryAt() {
        return retryAt;
    }

    /** Whether the back-off is over, so that it may have a task to prove itself by. */
    boolean isDue(long now) {
        return ejected && now - retryAt >= 0;
    }

    void success() {
        failuresInARow = 0;
        ejected = false;
    }

    void failure(long now) {
        failuresInARow++;
        if (isDue(now)) {
            backOff = backOff > longestBackOff / 2 ? longestBackOff : backOff * 2;
            retryAt = now + backOff;
        } else if (!ejected && failuresInARow >= failuresToEject) {
            ejected = true;
            backOff = firstBackOff;
            retryAt = now + backOff;
        }
    }

    void putAside() {
        aside = true;
    }

    void release() {
        aside = false;
        success();
    }

    @Nullable
    String reason() {
        if (aside) {
            return "put aside by hand";
        }
        return ejected ? failuresInARow + " failures in a row, tried again every " + Duration.ofNanos(backOff) : null;
    }
}
