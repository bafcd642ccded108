package dev.fairway.concurrency.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;

/** Somebody sends to a receiver that leaves: the message is in, and dropped and counted, or its sender is told. */
public class SendAgainstReceiverClose {
    /** There is room. */
    @JCStressTest
    @Outcome(id = "1, 1, 1", expect = ACCEPTABLE, desc = "The send came first; the message was dropped, and counted.")
    @Outcome(id = "receiver closed, 0, 0", expect = ACCEPTABLE, desc = "The close came first; no timestamp was taken.")
    @Outcome(expect = FORBIDDEN, desc = "A message was lost in silence, or what was refused took a timestamp.")
    @State
    public static class WithRoom {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(1).sequencing();
        private final Receiver<String> receiver = dispatcher.receiver("r");
        private final Sender<String> sender = dispatcher.sender("s", "r");

        @Actor
        public void send(LLL_Result r) {
            r.r1 = Rig.trySend(sender);
        }

        @Actor
        public void close() {
            receiver.close();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = dispatcher.stats().dropped();
            r.r3 = dispatcher.stats().clock();
            dispatcher.close();
        }
    }

    /** There is none until somebody reads, and then leaves: who waits is let in only while somebody will count the message. */
    @JCStressTest
    @Outcome(id = "2, M1, 1", expect = ACCEPTABLE, desc = "Read, sent, closed.")
    @Outcome(id = "receiver closed, M1, 0", expect = ACCEPTABLE, desc = "Read and closed before the send was let in.")
    @Outcome(expect = FORBIDDEN, desc = "A send was forgotten, or let in when nobody counted any more.")
    @State
    public static class WithoutRoom {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(1).sequencing();
        private final Receiver<String> receiver = dispatcher.receiver("r");
        private final Rig.Seen seen = new Rig.Seen(receiver);
        private final Sender<String> sender = dispatcher.sender("s", "r");

        public WithoutRoom() {
            sender.trySend("x");
        }

        @Actor
        public void send(LLL_Result r) {
            r.r1 = Rig.send(sender);
        }

        @Actor
        public void readAndClose() {
            seen.poll();
            receiver.close();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r2 = seen.toString();
            r.r3 = dispatcher.stats().dropped();
            dispatcher.close();
        }
    }
}
