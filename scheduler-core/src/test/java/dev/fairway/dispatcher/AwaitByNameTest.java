package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.fairway.testing.Threads;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Waiting for a timestamp by somebody who knows a receiver by its name. */
class AwaitByNameTest {
    @RegisterExtension
    final Threads threads = new Threads();

    @Test
    void itReturnsWhenTheReceiverHasProcessedTheTimestamp() throws Exception {
        try (SequencingDispatcher<String> ledger =
                ClockedDispatcher.<String>builder().receivers("index").sequencing()) {
            Sender<String> sender = ledger.sender("web", "index");
            long timestamp = sender.send("placed");
            assertThat(ledger.awaitTimestamp("index", timestamp, Duration.ZERO)).isFalse();
            AtomicBoolean seen = new AtomicBoolean();
            Thread waiting = threads.start(() -> seen.set(ledger.awaitTimestamp("index", timestamp, Threads.LIMIT)));
            Threads.awaitBlocked(waiting);
            Receiver<String> index = ledger.receiver("index");
            index.receive();
            assertThat(waiting.isAlive()).isTrue();
            index.poll();
            threads.join();
            assertThat(seen).isTrue();
        }
    }

    @Test
    void anUnknownReceiverIsNamedWithThoseThereAre() {
        try (SequencingDispatcher<String> ledger = ClockedDispatcher.<String>builder()
                .name("ledger")
                .receivers("index", "billing")
                .sequencing()) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> ledger.awaitTimestamp("indexes", 1, Duration.ZERO))
                    .withMessage("no receiver 'indexes' of dispatcher 'ledger' (receivers: [billing, index])");
            assertThatNullPointerException()
                    .isThrownBy(() -> ledger.awaitTimestamp("index", 1, null))
                    .withMessage("timeout");
        }
    }

    @Test
    void aReceiverThatLeavesEndsTheWait() {
        try (SequencingDispatcher<String> ledger =
                ClockedDispatcher.<String>builder().sequencing()) {
            Receiver<String> index = ledger.receiver("index");
            Thread waiting =
                    threads.start(() -> assertThatThrownBy(() -> ledger.awaitTimestamp("index", 1, Threads.LIMIT))
                            .isInstanceOf(ReceiverClosedException.class));
            Threads.awaitBlocked(waiting);
            index.close();
            threads.join();
        }
    }
}
