package dev.fairway.sample.folder;

import dev.fairway.sample.desk.PrintJob;
import dev.fairway.scheduler.TaskEvent;
import dev.fairway.scheduler.TaskListener;
import java.time.Duration;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** Counts what becomes of the imported documents. Thread-safe: everything is guarded by the monitor. */
@Component
class ImportTally implements TaskListener<Object> {
    private final Set<UUID> open = new HashSet<>();
    private final Map<String, Waits> waits = new TreeMap<>();
    private int printed;
    private int failed;
    private int cancelled;

    /** Before the job is handed in. */
    synchronized void expect(PrintJob job) {
        open.add(job.id());
    }

    synchronized void refused(PrintJob job) {
        open.remove(job.id());
        notifyAll();
    }

    synchronized Result awaitAll() throws InterruptedException {
        while (!open.isEmpty()) {
            wait();
        }
        return new Result(printed, failed, cancelled, new TreeMap<>(waits));
    }

    @Override
    public synchronized void started(TaskEvent<Object> event) {
        if (event.task() instanceof PrintJob job && open.contains(job.id())) {
            waits.merge(job.tenant(), Waits.of(event.waited()), Waits::plus);
        }
    }

    @Override
    public synchronized void committed(TaskEvent<Object> event) {
        printed += ended(event);
    }

    @Override
    public synchronized void failed(TaskEvent<Object> event) {
        failed += ended(event);
    }

    @Override
    public synchronized void cancelled(TaskEvent<Object> event) {
        cancelled += ended(event);
    }

    private int ended(TaskEvent<Object> event) {
        if (event.task() instanceof PrintJob job && open.remove(job.id())) {
            notifyAll();
            return 1;
        }
        return 0;
    }

    record Result(int printed, int failed, int cancelled, Map<String, Waits> waits) {}

    /** How long a tenant's documents waited for their start. */
    record Waits(int documents, Duration total, Duration longest) {
        static Waits of(Duration wait) {
            return new Waits(1, wait, wait);
        }

        Waits plus(Waits other) {
            return new Waits(
                    documents + other.documents,
                    total.plus(other.total),
                    longest.compareTo(other.longest) >= 0 ? longest : other.longest);
        }

        Duration mean() {
            return total.dividedBy(documents);
        }
    }
}
