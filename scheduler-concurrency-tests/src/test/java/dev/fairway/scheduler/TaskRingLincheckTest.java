package dev.fairway.scheduler;

import dev.fairway.concurrency.Models;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One thread puts in and one takes out, with no lock between them: a filled slot is whole, and a freed one is free. */
public class TaskRingLincheckTest {
    private final TaskRing ring = new TaskRing(2);
    private int head;
    private int tail;

    @Operation(nonParallelGroup = "producer")
    public boolean put() {
        boolean free = ring.isFree(tail);
        if (free) {
            ring.put(tail, "task " + tail, tail);
            tail++;
        }
        return free;
    }

    @Operation(nonParallelGroup = "consumer")
    public @Nullable String take() {
        Object item = ring.get(head);
        if (item == null) {
            return null;
        }
        String taken = item + " of " + ring.stamp(head);
        ring.free(head++);
        return taken;
    }

    @Test
    @Timeout(3_600)
    void slotsAreHandedOverWhole() {
        Models.options().check(TaskRingLincheckTest.class);
    }
}
