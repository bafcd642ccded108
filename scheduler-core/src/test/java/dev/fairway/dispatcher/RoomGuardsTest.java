package dev.fairway.dispatcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.fairway.internal.BriefLock;
import dev.fairway.testing.Threads;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Who waits for room in an inbox of a sequencing dispatcher: what may only be done with which lock, and what must be looked at again.
 * The test holds the lock, or does one half of a step itself.
 */
class RoomGuardsTest {
    private static final long LONG = TimeUnit.HOURS.toNanos(1);
    private static final int LOOKS = 20_000;

    @RegisterExtension
    final Threads threads = new Threads();

    private final DefaultSequencingDispatcher<String> dispatcher = (DefaultSequencingDispatcher<String>)
            ClockedDispatcher.<String>builder().inboxCapacity(1).sequencing();
    private final DefaultReceiver<String> receiver = (DefaultReceiver<String>) dispatcher.receiver("r");
    private final SequencedInbox<String> inbox = (SequencedInbox<String>) receiver.inbox;
    private final DefaultSender<String> sender = (DefaultSender<String>) dispatcher.sender("s", "r");
    private final Broadcaster<String> broadcaster = dispatcher.broadcaster("b");

    /** By hand from here on: a first call would need a lock that the test holds. */
    @BeforeEach
    void fill() {
        assertThat(receiver.poll()).isEmpty();
        assertThat(sender.trySend("first")).hasValue(1);
    }

    @AfterEach
    void close() {
        dispatcher.close();
    }

    private Turns.Turn<String> turn() {
        return new Turns.Turn<>(inbox, sender, "waiting", null);
    }

    /** Returns once so many calls wait for room, each of them parked. */
    private void awaitWaiting(int count, Thread... waiting) {
        Threads.awaitThat(() -> inbox.blockedSenders() == count);
        for (Thread thread : waiting) {
            Threads.awaitBlocked(thread);
        }
    }

    // ---- the inbox's lock

    /** Something that is done to a full inbox in which a send waits. */
    private interface Step {
        void take(RoomGuardsTest test) throws Exception;
    }

    static List<Named<Step>> steps() {
        return List.of(
                Named.of("begin to wait", test -> test.inbox.turns.await(test.turn(), false, System.nanoTime())),
                Named.of("let in", test -> test.inbox.turns.settled()),
                Named.of("refuse", test -> test.inbox.turns.refuseAll()),
                Named.of("add a broadcast", test -> test.inbox.turns.isFullFor(new RoomWait())),
                Named.of("forget a broadcast", test -> test.inbox.turns.forget(new RoomWait())),
                Named.of("let all broadcasts pass", test -> test.inbox.turns.passAll()),
                Named.of("ask whether it is stuck", test -> test.turn().isStuck()),
                Named.of("try to broadcast", test -> test.broadcaster.tryBroadcast("x")));
    }

    @ParameterizedTest
    @MethodSource("steps")
    void whoWaitsChangesOnlyWithTheInboxsLock(Step step) throws Exception {
        Thread waiting = threads.start(() -> {
            try {
                sender.send("second");
            } catch (ReceiverClosedException | ChannelClosedException refused) {
                // at the end of the test
            }
        });
        awaitWaiting(1, waiting);
        Thread thread;
        inbox.lock.lock();
        try {
            thread = threads.start(() -> step.take(this));
            Threads.awaitThat(() -> Held.isAt(inbox.lock, thread) || !thread.isAlive());
            assertThat(thread.isAlive()).as("waits for the lock").isTrue();
            assertThat(inbox.blockedSenders()).isEqualTo(1);
        } finally {
            inbox.lock.unlock();
        }
        thread.join(Threads.LIMIT.toMillis()); // a step may be refused after the close
        receiver.close();
        threads.join();
    }

    /** It may just be let in: then it has sent, and is not interrupted. */
    @Test
    void whoIsInterruptedGivesUpOnlyWithTheInboxsLock() throws Exception {
        Thread waiting = threads.start(
                () -> assertThatExceptionOfType(InterruptedException.class).isThrownBy(() -> sender.send("second")));
        awaitWaiting(1, waiting);
        inbox.lock.lock();
        try {
            waiting.interrupt();
            Threads.awaitThat(() -> Held.isAt(inbox.lock, waiting) || !waiting.isAlive());
            assertThat(waiting.isAlive()).as("waits for the lock").isTrue();
            assertThat(inbox.blockedSenders()).isEqualTo(1);
        } finally {
            inbox.lock.unlock();
        }
        threads.join();
        assertThat(inbox.blockedSenders()).isZero();
    }

    // ---- looking again

    /** The reader has made it before it was known that somebody waits, and will not come again. */
    @Test
    void whoWaitsAlthoughThereIsRoomIsLetIn() throws Exception {
        inbox.peek();
        inbox.remove();
        Thread waiting = threads.start(() -> assertThat(inbox.turns.await(turn(), false, System.nanoTime() + LONG))
                .isEqualTo(2));
        Threads.awaitThat(() -> !waiting.isAlive() || LockSupport.getBlocker(waiting) == inbox);
        assertThat(inbox.blockedSenders()).as("waits although there is room").isZero();
    }

    /**
     * The one that was let in lets in the next when it runs: here it cannot, for it is about to look for circles. A broadcast that waits
     * makes the reader come by all the same.
     */
    @Test
    void aReaderThatMakesRoomTwiceWakesOneSendOnly() throws Exception {
        DefaultReceiver<String> handled = (DefaultReceiver<String>) dispatcher.receiver("handled");
        handled.onDelivery(
                delivery -> {
                    if (delivery instanceof Message) {
                        sender.send("second");
                    }
                },
                task -> threads.start(task::run));
        Sender<String> toHandled = dispatcher.sender("h", "handled");
        synchronized (WaitCircle.class) {
            toHandled.send("x");
            awaitWaiting(1);
            Thread next = threads.start(() -> sender.send("third"));
            awaitWaiting(2, next);
            assertThat(takeMessage()).isEqualTo("first");
            receiver.reading.settle();
            new RoomWait().add(inbox);
            assertThat(inbox.blockedSenders()).isEqualTo(2);
            assertThat(takeMessage()).isEqualTo("second");
            receiver.reading.settle(); // for the broadcast
            receiver.reading.settle();
            assertThat(inbox.blockedSenders())
                    .as("the third waits for the second")
                    .isEqualTo(1);
        }
        Threads.awaitThat(() -> inbox.blockedSenders() == 0);
        assertThat(takeMessage()).isEqualTo("third");
    }

    /** The next message; the test reads, and has the role to itself. */
    private String takeMessage() {
        while (true) {
            if (receiver.reading.next(false) instanceof Message<String> message) {
                return message.payload();
            }
        }
    }

    // ---- broadcasts

    /** A way to broadcast. */
    private interface Way {
        void broadcast(Broadcaster<String> broadcaster) throws Exception;
    }

    static List<Named<Way>> ways() {
        return List.of(
                Named.of("if there is room", broadcaster -> broadcaster.tryBroadcast("z")),
                Named.of("in time", broadcaster -> broadcaster.broadcast("z", Threads.LIMIT)),
                Named.of("however long it takes", broadcaster -> broadcaster.broadcast("z")));
    }

    /** The room that a broadcast has seen may be gone when it is appended; so the next one looks after that. */
    @ParameterizedTest
    @MethodSource("ways")
    void aBroadcasterExceedsAnInboxByOneMessageOnly(Way way) throws Exception {
        Thread first = threads.start(() -> broadcaster.broadcast("y"));
        awaitWaiting(1, first);
        BriefLock log = dispatcher.log.lock;
        Thread next;
        log.lock();
        try {
            assertThat(receiver.poll()).isPresent();
            Threads.awaitThat(() -> Held.isAt(log, first));
            next = threads.start(() -> way.broadcast(broadcaster));
            for (int i = 0; i < LOOKS && next.isAlive() && !Held.isAt(log, next); i++) {
                Thread.yield();
            }
            assertThat(sender.trySend("x")).isPresent();
        } finally {
            log.unlock();
        }
        first.join(Threads.LIMIT.toMillis());
        assertThat(receiver.stats().inboxSize()).isEqualTo(2);
        Threads.awaitThat(() -> {
            assertThat(receiver.stats().inboxSize()).isLessThanOrEqualTo(2);
            receiver.poll();
            return !next.isAlive();
        });
    }

    /** Nobody would get it: those who are ended by that have been told how many broadcasts there were. */
    @Test
    void aBroadcastThatComesAfterTheCloseIsRefusedThoughItHasFoundRoom() throws Exception {
        dispatcher.log.lock.lock();
        try {
            assertThat(receiver.poll()).isPresent();
            Thread first = threads.start(() -> assertThatExceptionOfType(ChannelClosedException.class)
                    .isThrownBy(() -> broadcaster.broadcast("y")));
            Threads.awaitThat(() -> Held.isAt(dispatcher.log.lock, first));
            Thread closer = threads.start(broadcaster::close);
            Threads.awaitThat(() -> Held.isAt(dispatcher.log.lock, closer));
        } finally {
            dispatcher.log.lock.unlock();
        }
        threads.join();
        assertThat(dispatcher.clock()).isEqualTo(1);
    }
}
