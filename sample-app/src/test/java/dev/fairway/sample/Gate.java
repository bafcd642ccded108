package dev.fairway.sample;

import dev.fairway.scheduler.TaskEvent;
import dev.fairway.scheduler.TaskListener;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.springframework.transaction.TransactionExecution;
import org.springframework.transaction.TransactionExecutionListener;

/** Holds workers: before they render a tenant's document, or before a transaction commits. */
class Gate implements TaskListener<Object>, TransactionExecutionListener {
    private final Set<String> tenants = ConcurrentHashMap.newKeySet();
    private final CountDownLatch open = new CountDownLatch(1);
    private final CountDownLatch commitReached = new CountDownLatch(1);
    private volatile boolean holdsCommits;

    void holdRendering(String tenant) {
        tenants.add(tenant);
    }

    void holdCommits() {
        holdsCommits = true;
    }

    void awaitCommit() throws InterruptedException {
        commitReached.await();
    }

    void open() {
        open.countDown();
    }

    @Override
    public void started(TaskEvent<Object> event) {
        if (tenants.contains(event.channel())) {
            awaitOpen();
        }
    }

    @Override
    public void beforeCommit(TransactionExecution transaction) {
        if (holdsCommits) {
            commitReached.countDown();
            awaitOpen();
        }
    }

    private void awaitOpen() {
        try {
            open.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
