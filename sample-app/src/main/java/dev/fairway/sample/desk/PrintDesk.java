package dev.fairway.sample.desk;

import dev.fairway.Completed;
import dev.fairway.RejectedTaskException;
import dev.fairway.sample.render.RenderedPage;
import dev.fairway.scheduler.Channel;
import dev.fairway.scheduler.ChannelStats;
import dev.fairway.scheduler.FairScheduler;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;

/** Takes documents, hands them to the fair scheduler, one channel for each tenant, and knows what has become of them. */
@Service
public final class PrintDesk {
    private final FairScheduler<PrintJob, Completed<RenderedPage>> render;
    private final JobBook book;
    private final DocumentStore store;

    PrintDesk(FairScheduler<PrintJob, Completed<RenderedPage>> render, JobBook book, DocumentStore store) {
        this.render = render;
        this.book = book;
        this.store = store;
    }

    /**
     * Takes a job when its tenant's queue has room. Never waits.
     *
     * @param job the job
     * @throws RejectedTaskException when the queue is full or the desk is closing
     */
    public void submit(PrintJob job) {
        book.enter(job);
        try {
            var unused = render.submit(job.tenant(), job);
        } catch (RuntimeException e) {
            book.strike(job);
            throw e;
        }
    }

    /**
     * Takes a job as soon as its tenant's queue has room.
     *
     * @param job the job
     * @throws InterruptedException when the caller is interrupted meanwhile; the job was not taken
     * @throws RejectedTaskException when the desk is closing
     */
    public void put(PrintJob job) throws InterruptedException {
        book.enter(job);
        try {
            render.channel(job.tenant()).put(job);
        } catch (InterruptedException | RuntimeException e) {
            book.strike(job);
            throw e;
        }
    }

    /**
     * {@return the document's status while it is not printed}
     *
     * @param tenant its tenant
     * @param id its id
     */
    public Optional<JobStatus> status(String tenant, UUID id) {
        return book.find(tenant, id);
    }

    /**
     * {@return a printed document} Ask for its {@link #status} first.
     *
     * @param tenant its tenant
     * @param id its id
     * @throws NotFoundException when there is none
     */
    public DocumentText text(String tenant, UUID id) {
        return store.find(tenant, id)
                .orElseThrow(() -> new NotFoundException("tenant '" + tenant + "' has no document " + id));
    }

    /**
     * {@return printed documents of a tenant, the newest first}
     *
     * @param tenant the tenant
     * @param before only documents with a lower number
     * @param limit how many at the most
     * @throws NotFoundException when nobody has heard of the tenant
     */
    public List<PrintedDocument> documents(String tenant, long before, int limit) {
        requireKnown(tenant);
        return store.list(tenant, before, limit);
    }

    /**
     * Cancels what a tenant has not been given yet.
     *
     * @param tenant the tenant
     * @return what was cancelled
     * @throws NotFoundException when nobody has heard of the tenant
     */
    public CancelledQueue cancel(String tenant) {
        requireKnown(tenant);
        return render.findChannel(tenant)
                .map(channel -> CancelledQueue.of(channel.cancelAll()))
                .orElse(new CancelledQueue(tenant, 0, 0, 0));
    }

    /** {@return all tenants, by name} */
    public List<TenantSummary> tenants() {
        Map<String, ChannelStats> channels = render.channels().stream()
                .map(Channel::stats)
                .collect(Collectors.toMap(ChannelStats::channel, Function.identity()));
        Map<String, Long> documents = store.countByTenant();
        return Stream.concat(channels.keySet().stream(), documents.keySet().stream())
                .distinct()
                .map(tenant -> summary(tenant, documents.getOrDefault(tenant, 0L), channels.get(tenant)))
                .sorted(Comparator.comparing(TenantSummary::tenant))
                .toList();
    }

    private static TenantSummary summary(String tenant, long documents, @Nullable ChannelStats channel) {
        return channel == null
                ? new TenantSummary(tenant, documents, 0, 0)
                : new TenantSummary(tenant, documents, channel.waiting(), channel.running());
    }

    private void requireKnown(String tenant) {
        if (render.findChannel(tenant).isEmpty() && !store.hasTenant(tenant)) {
            throw new NotFoundException("no tenant '" + tenant + "'");
        }
    }
}
