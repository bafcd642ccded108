package dev.fairway.concurrency.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LLL_Result;
import org.openjdk.jcstress.infra.results.LL_Result;

/** There is room before a timestamp is taken: what finds none takes none, and what waits for some gets it. */
public class RoomAgainstTimestamp {
    /** Two senders, one place. */
    @JCStressTest
    @Outcome(id = "1, full, 1", expect = ACCEPTABLE, desc = "One got the place.")
    @Outcome(id = "full, 1, 1", expect = ACCEPTABLE, desc = "The other one did.")
    @Outcome(expect = FORBIDDEN, desc = "Two in one place, or a timestamp for nothing.")
    @State
    public static class OfTwoSends {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(1).sequencing();
        private final Sender<String> one;
        private final Sender<String> other;

        public OfTwoSends() {
            dispatcher.receiver("r");
            one = dispatcher.sender("one", "r");
            other = dispatcher.sender("other", "r");
        }

        @Actor
        public void one(LLL_Result r) {
            r.r1 = Rig.trySend(one);
        }

        @Actor
        public void other(LLL_Result r) {
            r.r2 = Rig.trySend(other);
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            r.r3 = dispatcher.stats().clock();
            dispatcher.close();
        }
    }

    /** The reader makes the place. */
    @JCStressTest
    @Outcome(id = "2, M1 M2", expect = ACCEPTABLE, desc = "The reader came first.")
    @Outcome(id = "full, M1", expect = ACCEPTABLE, desc = "The sender came first, and took no timestamp.")
    @Outcome(expect = FORBIDDEN, desc = "A message was lost, or what was refused moved the clock.")
    @State
    public static class OfReader {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(1).sequencing();
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Sender<String> sender = dispatcher.sender("s", "r");

        public OfReader() {
            sender.trySend("x");
        }

        @Actor
        public void send(LL_Result r) {
            r.r1 = Rig.trySend(sender);
        }

        @Actor
        public void read() {
            seen.poll();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            seen.pollAll();
            r.r2 = seen.toString();
            dispatcher.close();
        }
    }

    /** A send waits for the place, and a reader that takes one message must not miss it. */
    @JCStressTest
    @Outcome(id = "2, M1 M2", expect = ACCEPTABLE, desc = "It was let in.")
    @Outcome(expect = FORBIDDEN, desc = "It waits beside a place.")
    @State
    public static class OfWaitingSend {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(1).sequencing();
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Sender<String> sender = dispatcher.sender("s", "r");

        public OfWaitingSend() {
            sender.trySend("x");
        }

        @Actor
        public void send(LL_Result r) {
            r.r1 = Rig.send(sender);
        }

        @Actor
        public void read() {
            seen.poll();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            seen.pollAll();
            r.r2 = seen.toString();
            dispatcher.close();
        }
    }

    /** A broadcast waits for the place that a reader makes; a sender takes it first, or not, and the reader makes another. */
    @JCStressTest
    @Outcome(id = "2, full, M1 M2", expect = ACCEPTABLE, desc = "The broadcast took the place.")
    @Outcome(
            id = "2, 3, M1 M2 M3",
            expect = ACCEPTABLE,
            desc = "It came after the sender had found room, and before its timestamp: one goes beyond.")
    @Outcome(
            id = "3, 2, M1 M2 M3",
            expect = ACCEPTABLE,
            desc = "The sender took it, and the broadcast went beyond, or waited.")
    @Outcome(expect = FORBIDDEN, desc = "The broadcast waits beside a place, or a message was lost.")
    @State
    public static class OfWaitingBroadcast {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(1).sequencing();
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Sender<String> sender = dispatcher.sender("s", "r");
        private final Broadcaster<String> broadcaster = dispatcher.broadcaster("b");

        public OfWaitingBroadcast() {
            sender.trySend("x");
        }

        @Actor
        public void broadcast(LLL_Result r) {
            r.r1 = Rig.broadcast(broadcaster);
        }

        @Actor
        public void read(LLL_Result r) {
            seen.poll();
            r.r2 = Rig.trySend(sender);
            seen.poll();
        }

        @Arbiter
        public void arbiter(LLL_Result r) {
            seen.pollAll();
            r.r3 = seen.toString();
            dispatcher.close();
        }
    }
}
