package dev.fairway.dispatcher;

import dev.fairway.concurrency.Models;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The inbox of one receiver of two: messages of a sender and broadcasts come in the order of their timestamps, each once, and a tick is
 * never ahead of a message. There is room for all, since a broadcast may take some that a send has found.
 */
public class SequencingLincheckTest {
    private final SequencingDispatcher<String> dispatcher =
            ClockedDispatcher.<String>builder().inboxCapacity(8).sequencing();
    private final Receiver<String> receiver = dispatcher.receiver("receiver");
    private final Receiver<String> stranger = dispatcher.receiver("stranger");
    private final Sender<String> sender = dispatcher.sender("sender", "receiver");
    private final Sender<String> elsewhere = dispatcher.sender("elsewhere", "stranger");
    private final Broadcaster<String> broadcaster = dispatcher.broadcaster("broadcaster");

    @Operation(nonParallelGroup = "sender")
    public String send() {
        return sender.trySend("to it").toString();
    }

    @Operation(nonParallelGroup = "elsewhere")
    public String sendElsewhere() {
        return elsewhere.trySend("to the other").toString();
    }

    @Operation(nonParallelGroup = "broadcaster")
    public String broadcast() {
        return broadcaster.tryBroadcast("to all").toString();
    }

    @Operation(nonParallelGroup = "reader")
    public String poll() {
        return receiver.poll().toString();
    }

    @Operation(nonParallelGroup = "stranger")
    public String pollElsewhere() {
        return stranger.poll().toString();
    }

    @Test
    @Timeout(3_600)
    void whatComesIsInOneOrderAndComesOnce() {
        Models.optionsForChannels().check(SequencingLincheckTest.class);
    }
}
