package dev.fairway.dispatcher;

import dev.fairway.concurrency.Models;
import java.time.Duration;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The inbox of a receiver that two sources feed: it gets each message once, in the order of the timestamps and not before both have promised
 * that nothing earlier comes, and never more than there is room for.
 */
public class MergingLincheckTest {
    private final MergingDispatcher<String> dispatcher = ClockedDispatcher.<String>builder()
            .inboxCapacity(1)
            .reorderCapacity(1)
            .merging();
    private final Receiver<String> receiver = dispatcher.receiver("receiver");
    private final Forwarder<String> one = dispatcher.forwarder("one", "receiver");
    private final Forwarder<String> other = dispatcher.forwarder("other", "receiver");

    @Operation(nonParallelGroup = "one")
    public String forwardFromOne() throws InterruptedException {
        return forward(one, 1);
    }

    @Operation(nonParallelGroup = "other")
    public String forwardFromOther() throws InterruptedException {
        return forward(other, 2);
    }

    private static String forward(Forwarder<String> forwarder, long step) throws InterruptedException {
        long timestamp = forwarder.promise() + step;
        try {
            return timestamp + (forwarder.forward("a message", timestamp, Duration.ZERO) ? " is in" : " has no room");
        } catch (IllegalArgumentException e) {
            return timestamp + " is taken";
        }
    }

    @Operation(nonParallelGroup = "one")
    public void advanceOne() {
        one.advance(one.promise() + 2);
    }

    @Operation(nonParallelGroup = "other")
    public void advanceOther() {
        other.advance(other.promise() + 1);
    }

    @Operation(nonParallelGroup = "reader")
    public String poll() {
        return receiver.poll().toString();
    }

    @Test
    @Timeout(3_600)
    void whatComesIsInOrderAndComesOnce() {
        Models.optionsForChannels().check(MergingLincheckTest.class);
    }
}
