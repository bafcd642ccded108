package dev.fairway.sample.desk;

import dev.fairway.TaskFailedException;
import dev.fairway.TaskPhase;
import dev.fairway.sample.desk.JobStatus.State;
import dev.fairway.scheduler.TaskEvent;
import dev.fairway.scheduler.TaskListener;
import jakarta.annotation.PreDestroy;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Knows each document that was accepted and is not in the database: those on their way, and the last ones that will never be
 * printed. When the application ends it names those that it owes.
 *
 * <p>A document is in the book before its sender hears that it was accepted, and leaves it after it was stored: who looks here
 * first, and then into the database, misses none.
 *
 * <p>It hears of everything first: what it says must not wait for other listeners.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class JobBook implements TaskListener<Object> {
    private static final Logger log = LoggerFactory.getLogger(JobBook.class);

    private final int remember;
    private final Map<UUID, JobStatus> jobs = new ConcurrentHashMap<>();
    private final Queue<JobStatus> ended = new ConcurrentLinkedQueue<>();
    private final AtomicInteger endedCount = new AtomicInteger();
    private final Queue<JobStatus> cancelledByClosing = new ConcurrentLinkedQueue<>();
    private volatile boolean closing;

    JobBook(DeskProperties properties) {
        this.remember = properties.remember();
    }

    Optional<JobStatus> find(String tenant, UUID id) {
        return Optional.ofNullable(jobs.get(id)).filter(job -> job.tenant().equals(tenant));
    }

    /** Before the job is handed to the scheduler: afterwards it may already have ended. */
    void enter(PrintJob job) {
        jobs.put(job.id(), new JobStatus(job.id(), job.tenant(), State.WAITING));
    }

    /** The scheduler has refused the job. */
    void strike(PrintJob job) {
        jobs.remove(job.id());
    }

    /** A cancel may have come in between the start and this call. */
    @Override
    public void started(TaskEvent<Object> event) {
        if (event.task() instanceof PrintJob job) {
            jobs.computeIfPresent(
                    job.id(), (id, status) -> status.state() == State.WAITING ? status.as(State.RENDERING) : status);
        }
    }

    @Override
    public void committed(TaskEvent<Object> event) {
        if (event.task() instanceof PrintJob job) {
            jobs.remove(job.id());
        }
    }

    @Override
    public void cancelled(TaskEvent<Object> event) {
        if (event.task() instanceof PrintJob job) {
            JobStatus status = end(job, State.CANCELLED);
            if (closing) {
                cancelledByClosing.add(status);
            }
        }
    }

    @Override
    public void failed(TaskEvent<Object> event) {
        if (event.task() instanceof PrintJob job && event.failure() instanceof TaskFailedException failure) {
            State state = failure.phase() == TaskPhase.COMMIT ? State.NOT_STORED : State.NOT_RENDERED;
            end(job, state);
            log.warn("{} was {}: {}", job, state.words(), String.valueOf(failure.getCause()));
            log.debug("{}", failure.getMessage(), failure);
        }
    }

    private JobStatus end(PrintJob job, State state) {
        JobStatus status = new JobStatus(job.id(), job.tenant(), state);
        jobs.put(job.id(), status);
        ended.add(status);
        if (endedCount.incrementAndGet() > remember) {
            JobStatus oldest = ended.poll();
            if (oldest != null) {
                endedCount.decrementAndGet();
                jobs.remove(oldest.id(), oldest);
            }
        }
        return status;
    }

    @EventListener(ContextClosedEvent.class)
    void closing() {
        closing = true;
    }

    /** After the schedulers were drained. */
    @PreDestroy
    void nameTheUnprinted() {
        Map<String, String> unprinted = Stream.concat(
                        cancelledByClosing.stream(),
                        jobs.values().stream().filter(job -> job.state().isOpen()))
                .collect(Collectors.groupingBy(
                        JobStatus::tenant,
                        TreeMap::new,
                        Collectors.mapping(job -> job.id().toString(), Collectors.joining(", "))));
        if (unprinted.isEmpty()) {
            log.info("Everything accepted is printed");
        }
        unprinted.forEach((tenant, ids) -> log.warn("Accepted and not printed, tenant '{}': {}", tenant, ids));
    }
}
