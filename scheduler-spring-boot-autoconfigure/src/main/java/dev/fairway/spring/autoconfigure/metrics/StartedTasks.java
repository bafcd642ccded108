package dev.fairway.spring.autoconfigure.metrics;

import dev.fairway.coordinator.AffinityStats;
import dev.fairway.coordinator.CoordinatorStats;
import dev.fairway.coordinator.WorkerStats;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Tasks that a worker has started, of one affinity, that have ended in one way.
 *
 * @param affinity the value of the tag {@code affinity}
 * @param outcome the value of the tag {@code outcome}
 */
record StartedTasks(Affinity affinity, Outcome outcome) {
    static final List<StartedTasks> ALL = Stream.of(Affinity.values())
            .flatMap(affinity -> Stream.of(Outcome.values()).map(outcome -> new StartedTasks(affinity, outcome)))
            .toList();

    long count(WorkerStats stats) {
        return outcome.count(
                switch (affinity) {
                    case ANY -> stats.any();
                    case PREFER -> stats.prefer();
                    case REQUIRE -> stats.require();
                });
    }

    long count(CoordinatorStats stats) {
        return outcome.count(
                switch (affinity) {
                    case ANY -> stats.any();
                    case PREFER -> stats.prefer();
                    case REQUIRE -> stats.require();
                });
    }

    enum Affinity {
        ANY,
        PREFER,
        REQUIRE;

        String tagValue() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    enum Outcome {
        COMPLETED,
        FAILED,
        CANCELLED;

        long count(AffinityStats stats) {
            return switch (this) {
                case COMPLETED -> stats.completed();
                case FAILED -> stats.failed();
                case CANCELLED -> stats.cancelled();
            };
        }

        String tagValue() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
