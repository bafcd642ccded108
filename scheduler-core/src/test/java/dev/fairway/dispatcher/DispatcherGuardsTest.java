package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.internal.BriefLock;
import dev.fairway.testing.Threads;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What may only be done with a certain lock, and what must be looked at again. The test holds the lock, or does one half of a step
 * itself: no race has to be won for that.
 */
class DispatcherGuardsTest {
    private static final int LOOKS = 100_000;

    @RegisterExtension
    final Threads threads = new Threads();

    /** Something that is done to a dispatcher with receiver r and sender s. */
    private interface Step {
        void take(SequencingDispatcher<String> dispatcher, Receiver<String> receiver, Sender<String> sender)
                throws Exception;
    }

    private static Named<Step> step(String name, Step step) {
        return Named.of(name, step);
    }

    /** Broadcasts and ends are in one order with one another, and so is who comes while they do. */
    static List<Named<Step>> stepsAtTheLog() {
        return List.of(
                step(
                        "broadcast",
                        (dispatcher, receiver, sender) ->
                                dispatcher.broadcaster("b").tryBroadcast("x")),
                step(
                        "close a broadcaster",
                        (dispatcher, receiver, sender) ->
                                dispatcher.broadcaster("b").close()),
                step("register", (dispatcher, receiver, sender) -> dispatcher.receiver("another")),
                step("close the last source", (dispatcher, receiver, sender) -> sender.close()));
    }

    /** What is sent to a receiver is in one order with what ends that. */
    static List<Named<Step>> stepsAtTheInbox() {
        return List.of(
                step("send", (dispatcher, receiver, sender) -> sender.trySend("x")),
                step(
                        "close one of two senders",
                        (dispatcher, receiver, sender) ->
                                dispatcher.sender("another", "r").close()),
                step("close the last sender", (dispatcher, receiver, sender) -> sender.close()),
                step("close the receiver", (dispatcher, receiver, sender) -> receiver.close()),
                step("begin to read", (dispatcher, receiver, sender) -> receiver.poll()));
    }

    @ParameterizedTest
    @MethodSource("stepsAtTheLog")
    void theLogsLockComesBeforeWhatConcernsBroadcasts(Step step) {
        try (SequencingDispatcher<String> dispatcher =
                ClockedDispatcher.<String>builder().sequencing()) {
            waitsFor(inbox -> ((DefaultSequencingDispatcher<String>) dispatcher).log.lock, dispatcher, step);
        }
    }

    @ParameterizedTest
    @MethodSource("stepsAtTheInbox")
    void theInboxsLockComesBeforeWhatConcernsTheReceiver(Step step) {
        try (SequencingDispatcher<String> dispatcher =
                ClockedDispatcher.<String>builder().sequencing()) {
            waitsFor(inbox -> inbox.lock, dispatcher, step);
        }
    }

    private void waitsFor(
            Function<Inbox<String>, BriefLock> lockOf, SequencingDispatcher<String> dispatcher, Step step) {
        Receiver<String> receiver = dispatcher.receiver("r");
        Inbox<String> inbox = ((DefaultReceiver<String>) receiver).inbox;
        Sender<String> sender = dispatcher.sender("s", "r");
        BriefLock lock = lockOf.apply(inbox);
        lock.lock();
        try {
            Thread thread = threads.start(() -> step.take(dispatcher, receiver, sender));
            Threads.awaitAt(lock, thread, () -> false);
            assertThat(thread.isAlive()).as("waits for the lock").isTrue();
            assertThat(inbox.isClosed()).as("with the lock held by another").isFalse();
            assertThat(inbox.end()).as("with the lock held by another").isEqualTo(Inbox.OPEN);
            assertThat(((AbstractDispatcher<String>) dispatcher).clock()).isZero();
        } finally {
            lock.unlock();
        }
        threads.join();
    }

    /** A sender has its timestamp and has not put its message in: a tick, and a broadcast that came later, wait for that. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingOvertakesAMessageThatIsBeingSent(boolean withBroadcast) throws Exception {
        try (DefaultSequencingDispatcher<String> dispatcher = (DefaultSequencingDispatcher<String>)
                ClockedDispatcher.<String>builder().sequencing()) {
            DefaultReceiver<String> receiver = (DefaultReceiver<String>) dispatcher.receiver("r");
            SequencedInbox<String> inbox = (SequencedInbox<String>) receiver.inbox;
            Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
            assertThat(receiver.poll()).isEmpty();
            AtomicReference<Delivery<String>> first = new AtomicReference<>();
            inbox.lock.lock();
            try {
                long timestamp = dispatcher.clock.incrementAndGet();
                if (withBroadcast) {
                    assertThat(broadcaster.tryBroadcast("later")).hasValue(timestamp + 1);
                }
                Thread reader = threads.start(() -> first.set(receiver.receive()));
                for (int i = 0; i < LOOKS && reader.isAlive(); i++) {
                    Thread.yield();
                }
                inbox.append(new Message<>("sent", timestamp));
            } finally {
                inbox.lock.unlock();
            }
            threads.join();
            assertThat(first.get()).isEqualTo(new Message<>("sent", 1));
            if (withBroadcast) {
                assertThat(receiver.receive()).isEqualTo(new Message<>("later", 2));
            }
        }
    }

    /** Its closer could not: the reader had the role. A message has come meanwhile, and its sender has not woken the reader yet. */
    @Test
    void whoReadsWhenItsReceiverIsClosedDropsTheRest() {
        try (SequencingDispatcher<String> dispatcher =
                ClockedDispatcher.<String>builder().sequencing()) {
            DefaultReceiver<String> receiver = (DefaultReceiver<String>) dispatcher.receiver("r");
            DefaultSender<String> sender = (DefaultSender<String>) dispatcher.sender("s", "r");
            SequencedInbox<String> inbox = (SequencedInbox<String>) receiver.inbox;
            Thread reader = threads.start(() ->
                    assertThatExceptionOfType(ChannelClosedException.class).isThrownBy(receiver::receive));
            Threads.awaitThat(inbox::isAsleep);
            Threads.awaitBlocked(reader); // it has also looked once more
            inbox.lock.lock();
            inbox.send(sender, "x", null);
            boolean roused = inbox.rouseForMessage();
            inbox.lock.unlock();
            receiver.close();
            assertThat(dispatcher.stats().dropped())
                    .as("it is still being read")
                    .isZero();
            inbox.tell(roused);
            threads.join();
            assertThat(dispatcher.stats().dropped()).isEqualTo(1);
        }
    }
}
