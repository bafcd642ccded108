package dev.fairway.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Await;
import dev.fairway.concurrency.Fork;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A send or broadcast is about to wait for room in an inbox while its reader makes some: it says that it waits and looks at what was taken, the
 * reader takes and looks whether somebody waits. One of them must see the other, which a processor only grants for a full fence. In
 * the package of the dispatcher, so that little else is done in between.
 */
public class WaitAgainstRead {
    /** An inbox that is full, and who reads it. */
    private static final class Full {
        final Reading<String> reading;
        final RoomWait wait = new RoomWait();
        private final DefaultReceiver<String> receiver;
        private final DefaultSender<String> sender;

        Full() {
            Fork.endsWithMain();
            SequencingDispatcher<String> dispatcher =
                    ClockedDispatcher.<String>builder().inboxCapacity(1).sequencing();
            receiver = (DefaultReceiver<String>) dispatcher.receiver("r");
            sender = (DefaultSender<String>) dispatcher.sender("s", "r");
            sender.trySend("x");
            reading = receiver.reading;
            reading.tryRead();
        }

        void await() {
            wait.add((SequencedInbox<String>) receiver.inbox);
            wait.start();
        }

        void read() {
            reading.next(false);
            reading.stopReading();
        }

        long send() {
            SequencedInbox<String> inbox = (SequencedInbox<String>) receiver.inbox;
            try {
                return inbox.turns.await(
                        new Turns.Turn<>(inbox, sender, "x", null), false, System.nanoTime() + Await.LIMIT.toNanos());
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** A send is about to wait, and the reader ends its call. */
    @JCStressTest
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "It was let in.")
    @Outcome(expect = FORBIDDEN, desc = "It waits beside a place.")
    @State
    public static class OfSend {
        private final Full full = new Full();

        @Actor
        public void send(L_Result r) {
            r.r1 = full.send();
        }

        @Actor
        public void read() {
            full.read();
        }
    }

    /** The reader ends its call. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "The broadcast may go on.")
    @Outcome(expect = FORBIDDEN, desc = "It waits beside a place.")
    @State
    public static class OfCall {
        private final Full full = new Full();

        @Actor
        public void broadcast() {
            full.await();
        }

        @Actor
        public void read() {
            full.read();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            r.r1 = full.wait.isOver();
        }
    }

    /** The reader is about to wait for the next message. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "The broadcast may go on.")
    @Outcome(expect = FORBIDDEN, desc = "It waits beside a place.")
    @State
    public static class OfReaderThatStays {
        private final Full full = new Full();

        @Actor
        public void broadcast() {
            full.await();
        }

        @Actor
        public void read() {
            full.reading.next(false);
            full.reading.settle();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            r.r1 = full.wait.isOver();
        }
    }

    /** Another inbox is found full meanwhile. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "The broadcast may go on when both had room.")
    @Outcome(expect = FORBIDDEN, desc = "It waits for one that had room.")
    @State
    public static class OfTwoInboxes {
        private final Full one = new Full();
        private final Full other = new Full();

        public OfTwoInboxes() {
            one.wait.add((SequencedInbox<String>) one.receiver.inbox);
        }

        @Actor
        public void broadcast() {
            one.wait.add((SequencedInbox<String>) other.receiver.inbox);
            one.wait.start();
        }

        @Actor
        public void read() {
            one.read();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            other.read();
            r.r1 = one.wait.isOver();
        }
    }

    /** Two inboxes have room at once. */
    @JCStressTest
    @Outcome(id = "true", expect = ACCEPTABLE, desc = "The broadcast may go on.")
    @Outcome(expect = FORBIDDEN, desc = "It waits for one that had room.")
    @State
    public static class OfTwoReaders {
        private final Full one = new Full();
        private final Full other = new Full();

        public OfTwoReaders() {
            one.wait.add((SequencedInbox<String>) one.receiver.inbox);
            one.wait.add((SequencedInbox<String>) other.receiver.inbox);
            one.wait.start();
        }

        @Actor
        public void read() {
            one.read();
        }

        @Actor
        public void readOther() {
            other.read();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            r.r1 = one.wait.isOver();
        }
    }
}
