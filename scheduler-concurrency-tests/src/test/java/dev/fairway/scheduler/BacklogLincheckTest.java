package dev.fairway.scheduler;

import dev.fairway.TaskState;
import dev.fairway.concurrency.Models;
import dev.fairway.scheduler.Intake.Admission;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The two ends of a channel, under their two locks as its producers and workers take them. Together they are a bounded queue; and the
 * interleaving to fear is a producer that puts a task in while a worker that has found none puts the intake to sleep: whenever
 * something waits in the end, the channel is linked, that is, somebody will come.
 */
public class BacklogLincheckTest {
    private static final int CAPACITY = 2;

    /** Only there because an intake asks it for the time. */
    private static final DefaultFairScheduler<String, String> SCHEDULER =
            (DefaultFairScheduler<String, String>) FairScheduler.<String, String>processing(task -> task)
                    .ticker(() -> 0)
                    .build();

    private final Intake intake = new Intake(SCHEDULER, CAPACITY);
    private final Backlog backlog = new Backlog(new RingPool(1));

    {
        backlog.intake = intake;
    }

    /** Guarded by the backlog's lock; what {@code relink} makes of it. */
    private boolean linked;

    @Operation
    public boolean offer() {
        return admit("task", null);
    }

    @Operation
    public boolean offerUrgent() {
        return admit("urgent", new TaskNode<>("urgent", null, null, 0, true, 0));
    }

    private boolean admit(String task, @Nullable TaskNode<String, String> node) {
        intake.lock();
        Admission admission = intake.admit(task, node, backlog);
        intake.unlock();
        if (admission == Admission.NO_SLOT) {
            backlog.lock();
            intake.lock();
            admission = intake.admitWithBothLocks(task, node, backlog);
            intake.unlock();
            backlog.unlock();
        }
        if (admission == Admission.LINK) {
            backlog.lock();
            linked = !backlog.isEmptyThenSleep();
            backlog.unlock();
        }
        return admission.isIn();
    }

    @Operation
    public @Nullable String take() {
        backlog.lock();
        Object head = backlog.head();
        if (head != null) {
            if (head instanceof TaskNode<?, ?> node) {
                node.state(TaskState.PROCESSING);
            }
            backlog.take();
        }
        linked = !backlog.isEmptyThenSleep();
        backlog.unlock();
        return head == null ? null : describe(head);
    }

    @Operation
    public List<String> takeAll() {
        backlog.lock();
        intake.lock();
        Backlog.Taken taken = backlog.takeAll();
        intake.unlock();
        linked = !backlog.isEmptyThenSleep();
        backlog.unlock();
        List<String> tasks = new ArrayList<>();
        taken.forEach(item -> tasks.add(describe(item)));
        return tasks;
    }

    private static String describe(Object item) {
        return item instanceof TaskNode<?, ?> node ? String.valueOf(node.task) : item.toString();
    }

    @Validate
    public void whatWaitsIsLinked() {
        boolean waits = backlog.waiting() > 0;
        if (waits && (!linked || intake.asleep)) {
            throw new IllegalStateException("a task waits and nobody will come");
        }
    }

    @Test
    @Timeout(3_600)
    void itIsABoundedQueueThatIsNeverForgotten() {
        Models.options().check(BacklogLincheckTest.class);
    }
}
