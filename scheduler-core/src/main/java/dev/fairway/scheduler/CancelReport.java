package dev.fairway.scheduler;

import java.util.concurrent.CompletionStage;

/**
 * What one {@code cancelAll} did, counted at its linearization point: each task accepted before it is dropped, suppressed,
 * committing, or was already decided; no task is in two reports.
 *
 * @param channel the channel's name
 * @param dropped tasks that waited and will never start
 * @param suppressed tasks that ran and will not commit
 * @param committing tasks whose commit had begun and completes as usual
 * @param settled completes when no task of the channel that was suppressed by this cancel or before runs any more; does not
 *     wait for commits
 */
public record CancelReport(
        String channel, int dropped, int suppressed, int committing, CompletionStage<Void> settled) {}
