package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.scheduler.ChannelStats;
import dev.fairway.scheduler.SchedulerStats;
import java.util.Locale;

/** The values of the tag {@code outcome}. */
enum Outcome {
    COMPLETED,
    FAILED,
    CANCELLED,
    SUPPRESSED,
    EXPIRED,
    REJECTED;

    long count(ChannelStats stats) {
        return switch (this) {
            case COMPLETED -> stats.completed();
            case FAILED -> stats.failed();
            case CANCELLED -> stats.cancelled();
            case SUPPRESSED -> stats.suppressed();
            case EXPIRED -> stats.expired();
            case REJECTED -> stats.rejected();
        };
    }

    long count(SchedulerStats stats) {
        return switch (this) {
            case COMPLETED -> stats.completed();
            case FAILED -> stats.failed();
            case CANCELLED -> stats.cancelled();
            case SUPPRESSED -> stats.suppressed();
            case EXPIRED -> stats.expired();
            case REJECTED -> stats.rejected();
        };
    }

    String tagValue() {
        return name().toLowerCase(Locale.ROOT);
    }
}
