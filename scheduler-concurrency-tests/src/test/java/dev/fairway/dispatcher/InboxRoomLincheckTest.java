package dev.fairway.dispatcher;

import dev.fairway.concurrency.Models;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An inbox with room for one message: who finds none is refused, and nobody else. What comes after its end is refused otherwise. */
public class InboxRoomLincheckTest {
    private final SequencingDispatcher<String> dispatcher =
            ClockedDispatcher.<String>builder().inboxCapacity(1).sequencing();
    private final Receiver<String> receiver = dispatcher.receiver("receiver");
    private final Sender<String> one = dispatcher.sender("one", "receiver");
    private final Sender<String> other = dispatcher.sender("other", "receiver");

    @Operation(nonParallelGroup = "one")
    public String sendOne() {
        return send(one);
    }

    @Operation(nonParallelGroup = "other")
    public String sendOther() {
        return send(other);
    }

    private static String send(Sender<String> sender) {
        try {
            return sender.trySend("a message").toString();
        } catch (IllegalStateException e) {
            return "it is closed";
        }
    }

    @Operation(nonParallelGroup = "other")
    public void closeOther() {
        other.close();
    }

    @Operation(nonParallelGroup = "reader")
    public String poll() {
        return receiver.poll().toString();
    }

    @Test
    @Timeout(3_600)
    void whoIsRefusedFoundNoRoom() {
        Models.optionsForChannels().check(InboxRoomLincheckTest.class);
    }
}
