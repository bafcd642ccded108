package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Receivers and sources that come late to those whose promises differ, or after somebody has left. */
class MergingLateTest {
    private final MergingDispatcher<String> merge =
            ClockedDispatcher.<String>builder().name("merge").merging();

    @AfterEach
    void close() {
        merge.close();
    }

    /** The first has promised more than the second, whose message may still come. */
    @Test
    void aLateReceiverGetsNoTickBeyondWhatEachBroadcasterHasPromised() throws Exception {
        Forwarder<String> ahead = merge.broadcaster("ahead");
        Forwarder<String> behind = merge.broadcaster("behind");
        ahead.advance(10);
        Receiver<String> late = merge.receiver("late");
        ahead.advance(12);
        assertThat(late.poll()).as("before 'behind' has promised anything").isEmpty();
        behind.forward("five", 5);
        assertThat(late.receive()).isEqualTo(new Tick<>(4));
        assertThat(late.receive()).isEqualTo(new Message<>("five", 5));
    }

    /**
     * A close in its steps: who reads drops what is left as soon as the inbox is shut, which may be before the close goes on. What is
     * dropped was held back by one who has promised nothing.
     */
    @Test
    void theClockStaysWhereItIsWhenAReaderDropsTheRestBeforeTheCloseGoesOn() throws Exception {
        DefaultReceiver<String> leaves = (DefaultReceiver<String>) merge.receiver("leaves");
        Forwarder<String> held = merge.forwarder("held", "leaves");
        Forwarder<String> silent = merge.forwarder("silent", "leaves");
        held.forward("five", 5);
        ((DefaultMergingDispatcher<String>) merge).leave(leaves);
        leaves.inbox.shut();
        leaves.dropRestIfClosed();
        leaves.inbox.left();
        assertThat(merge.stats().clock()).isZero();
        assertThat(merge.broadcaster("next").promise()).isZero();
        silent.close();
    }
}
