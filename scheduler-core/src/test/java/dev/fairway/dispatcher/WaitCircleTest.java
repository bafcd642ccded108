package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;

import dev.fairway.testing.Threads;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Handlers that wait for room in one another's full inboxes. The test plays them: none runs. */
class WaitCircleTest {
    private static final String CIRCLE = "'r0' would wait for 'r1', which waits for 'r2', which waits for 'r0'";

    @RegisterExtension
    final Threads threads = new Threads();

    private final SequencingDispatcher<String> dispatcher =
            ClockedDispatcher.<String>builder().inboxCapacity(1).sequencing();
    private final List<DefaultReceiver<String>> receivers = new ArrayList<>();

    /** The handler of each waits for the next one. */
    private final List<Turns.Turn<String>> turns = new ArrayList<>();

    @BeforeEach
    void fill() {
        List<DefaultSender<String>> senders = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            receivers.add((DefaultReceiver<String>) dispatcher.receiver("r" + i));
            receivers.get(i).onDelivery(delivery -> {}, task -> {});
            senders.add((DefaultSender<String>) dispatcher.sender("s" + i, "r" + i));
            assertThat(senders.get(i).trySend("x")).isPresent();
        }
        for (int i = 0; i < 3; i++) {
            int next = (i + 1) % 3;
            turns.add(new Turns.Turn<>(inbox(next), senders.get(next), "y", null));
        }
    }

    @AfterEach
    void close() {
        receivers.forEach(Receiver::close);
        dispatcher.close();
    }

    private SequencedInbox<String> inbox(int receiver) {
        return (SequencedInbox<String>) receivers.get(receiver).inbox;
    }

    private PushReader<String> reader(int receiver) {
        return receivers.get(receiver).push();
    }

    private String enter(int receiver) {
        return WaitCircle.enter(reader(receiver), turns.get(receiver));
    }

    @Test
    void theLastOfACircleIsToldTheWholeOfIt() {
        assertThat(enter(1)).isNull();
        assertThat(enter(2)).isNull();
        assertThat(enter(0)).isEqualTo(CIRCLE);
        assertThat(reader(0).waitsIn).as("it does not wait").isNull();
    }

    @Test
    void whoWaitsNoLongerIsNoPartOfACircle() {
        assertThat(enter(1)).isNull();
        assertThat(enter(2)).isNull();
        WaitCircle.leave(reader(1));
        assertThat(enter(0)).isNull();
    }

    /** The second was refused after it had been met waiting and before the third was: they never waited together. */
    @Test
    void thoseWhoWaitedOneAfterTheOtherAreNoCircle() throws Exception {
        assertThat(enter(1)).isNull();
        assertThat(enter(2)).isNull();
        AtomicReference<String> circle = new AtomicReference<>("not known");
        inbox(0).lock.lock(); // of the last that is looked at
        try {
            Thread first = threads.start(() -> circle.set(enter(0)));
            Threads.awaitThat(() -> Held.isAt(inbox(0).lock, first));
            turns.get(1).refusal = new IllegalStateException("closed");
        } finally {
            inbox(0).lock.unlock();
        }
        threads.join();
        assertThat(circle).hasValue(null);
    }

    /** Else each of a circle might be told of it. */
    @Test
    void oneAtATimeLooksForCircles() {
        Thread first;
        synchronized (WaitCircle.class) {
            first = threads.start(() -> assertThat(enter(0)).isNull());
            Threads.awaitThat(() -> first.getState() == Thread.State.BLOCKED || !first.isAlive());
            assertThat(reader(0).waitsIn).isNull();
            assertThat(first.isAlive()).isTrue();
        }
        threads.join();
    }
}
