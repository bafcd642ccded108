package dev.fairway.sample.desk;

import dev.fairway.scheduler.CancelReport;

/**
 * What cancelling a tenant's queue did.
 *
 * @param tenant the tenant
 * @param dropped documents that waited and will not be rendered
 * @param suppressed documents that were being rendered and will not be stored
 * @param committing documents that were just being stored, and will be
 */
public record CancelledQueue(String tenant, int dropped, int suppressed, int committing) {
    static CancelledQueue of(CancelReport report) {
        return new CancelledQueue(report.channel(), report.dropped(), report.suppressed(), report.committing());
    }
}
