package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A close in its steps: who reads drops what is left as soon as the inbox is shut, which may be before the close goes on. */
class CloseInStepsTest {
    /** What comes after the rest was dropped is not for the receiver: else it is counted as accepted, and by nobody as dropped. */
    @Test
    void whatComesAfterTheRestWasDroppedIsNotAccepted() throws Exception {
        DefaultSequencingDispatcher<String> dispatcher = (DefaultSequencingDispatcher<String>)
                ClockedDispatcher.<String>builder().name("ledger").sequencing();
        DefaultReceiver<String> leaves = (DefaultReceiver<String>) dispatcher.receiver("leaves");
        Broadcaster<String> broadcaster = dispatcher.broadcaster("all");
        broadcaster.broadcast("before");
        dispatcher.leave(leaves);
        leaves.inbox.shut();
        long dropped = leaves.inbox.removeAll(); // dropRestIfClosed, up to where it adds up
        broadcaster.broadcast("after");
        dispatcher.left(leaves, dropped);
        leaves.inbox.left();
        DispatcherStats stats = dispatcher.stats();
        assertThat(stats.accepted()).isEqualTo(stats.dropped()).isEqualTo(1);
        dispatcher.close();
    }
}
