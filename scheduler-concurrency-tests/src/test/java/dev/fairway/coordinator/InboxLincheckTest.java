package dev.fairway.coordinator;

import dev.fairway.concurrency.Models;
import java.util.ArrayList;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What submitters put in is taken out by who holds the coordinator's lock: all of it, once, and of each submitter in its order. No ticket is
 * given twice, and none above the limit. Nobody has to wait for anybody.
 */
public class InboxLincheckTest {
    private static final int CAPACITY = 2;
    private static final DefaultCoordinator<String, String> COORDINATOR = (DefaultCoordinator<String, String>)
            Coordinator.<String, String>builder().ticker(() -> 0).build();

    private final Inbox<String, String> inbox = new Inbox<>(CAPACITY);

    /** Owned by who holds the lock. */
    private int limit = CAPACITY;

    @Operation
    public void putOne() {
        put("one");
    }

    @Operation
    public void putOther() {
        put("other");
    }

    private void put(String input) {
        inbox.put(new Task<>(COORDINATOR, input, Affinity.any(), null, 0));
    }

    @Operation
    public boolean isEmpty() {
        return inbox.isEmpty();
    }

    @Operation(nonParallelGroup = "holder")
    public List<String> takeAll() {
        List<String> inputs = new ArrayList<>();
        for (Task<String, String> task = inbox.takeAll(); task != null; task = task.next) {
            inputs.add(task.input);
        }
        return inputs;
    }

    @Operation
    public long reserve() {
        return inbox.reserve();
    }

    @Operation(nonParallelGroup = "holder")
    public void raiseTheLimit() {
        inbox.limit(++limit, true);
    }

    @Test
    @Timeout(3_600)
    void whatIsPutInIsTakenOutOnce() {
        Models.options().checkObstructionFreedom(true).check(InboxLincheckTest.class);
    }
}
