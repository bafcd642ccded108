package dev.fairway.concurrency.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.Forwarder;
import dev.fairway.dispatcher.MergeOrder;
import dev.fairway.dispatcher.MergingDispatcher;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A receiver finds nothing and says how far the clock is, while a message has its timestamp and is not there yet: the tick must not
 * reach it.
 */
public class TickAgainstMessage {
    /** Between two messages for the receiver there is one for somebody else. */
    @JCStressTest
    @Outcome(id = "M1 T2 M3", expect = ACCEPTABLE, desc = "In the order of timestamps, each message announced.")
    @Outcome(expect = FORBIDDEN, desc = "A tick was overtaken by what it excluded, or a message was lost.")
    @State
    public static class OfSend {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(4).sequencing();
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Sender<String> sender = dispatcher.sender("s", "r");
        private final Sender<String> toOther;

        public OfSend() {
            dispatcher.receiver("other");
            toOther = dispatcher.sender("o", "other");
        }

        @Actor
        public void send() {
            sender.trySend("x");
            toOther.trySend("x");
            sender.trySend("x");
        }

        @Actor
        public void read() {
            for (int i = 0; i < 3; i++) {
                seen.poll();
            }
        }

        @Arbiter
        public void arbiter(L_Result r) {
            seen.pollAll();
            r.r1 = seen.toString();
            dispatcher.close();
        }
    }

    /** As before, with broadcasts, which come by another way. */
    @JCStressTest
    @Outcome(id = "M1 T2 M3", expect = ACCEPTABLE, desc = "In the order of timestamps, each message announced.")
    @Outcome(expect = FORBIDDEN, desc = "A tick was overtaken by what it excluded, or a message was lost.")
    @State
    public static class OfBroadcast {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(4).sequencing();
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Broadcaster<String> broadcaster = dispatcher.broadcaster("b");
        private final Sender<String> toOther;

        public OfBroadcast() {
            dispatcher.receiver("other");
            toOther = dispatcher.sender("o", "other");
        }

        @Actor
        public void send() {
            broadcaster.tryBroadcast("x");
            toOther.trySend("x");
            broadcaster.tryBroadcast("x");
        }

        @Actor
        public void read() {
            for (int i = 0; i < 3; i++) {
                seen.poll();
            }
        }

        @Arbiter
        public void arbiter(L_Result r) {
            seen.pollAll();
            r.r1 = seen.toString();
            dispatcher.close();
        }
    }

    /** A broadcast and a message of its own: each is there in the order of timestamps. */
    @JCStressTest
    @Outcome(id = "1, M1 M2", expect = ACCEPTABLE, desc = "The broadcast came first.")
    @Outcome(id = "2, M1 M2", expect = ACCEPTABLE, desc = "The broadcast came second.")
    @Outcome(expect = FORBIDDEN, desc = "They came in the wrong order, or one was lost.")
    @State
    public static class OfSendAndBroadcast {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(4).sequencing();
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Sender<String> sender = dispatcher.sender("s", "r");
        private final Broadcaster<String> broadcaster = dispatcher.broadcaster("b");

        @Actor
        public void broadcast(LL_Result r) {
            r.r1 = Rig.said(broadcaster.tryBroadcast("x"));
        }

        @Actor
        public void sendAndRead() {
            sender.trySend("x");
            seen.poll();
            seen.poll();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            seen.pollAll();
            r.r2 = seen.toString();
            dispatcher.close();
        }
    }

    /** In the order of promises: one forwards and promises more, the other promises something in between. */
    @JCStressTest
    @Outcome(id = "M1 T2", expect = ACCEPTABLE, desc = "The message, and then what both have promised.")
    @Outcome(expect = FORBIDDEN, desc = "A tick was overtaken by what it excluded, or the promises were not told.")
    @State
    public static class OfForward {
        private final MergingDispatcher<String> dispatcher = Rig.dispatcher(4).merging();
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Forwarder<String> one = dispatcher.forwarder("one", "r");
        private final Forwarder<String> other = dispatcher.forwarder("other", "r");

        @Actor
        public void forward() {
            Rig.forward(one, 1);
            one.advance(3);
        }

        @Actor
        public void promiseAndRead() {
            other.advance(2);
            seen.poll();
            seen.poll();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            seen.pollAll();
            r.r1 = seen.toString();
            dispatcher.close();
        }
    }

    /** In consecutive order: the lower number is for somebody else. */
    @JCStressTest
    @Outcome(id = "T1 M2 T3", expect = ACCEPTABLE, desc = "In the order of numbers, whoever was first.")
    @Outcome(expect = FORBIDDEN, desc = "A number was released too early, too late, or not told.")
    @State
    public static class OfConsecutiveForward {
        private final MergingDispatcher<String> dispatcher = Rig.dispatcher(4).merging(MergeOrder.CONSECUTIVE);
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Forwarder<String> forwarder = dispatcher.forwarder("f", "r");
        private final Forwarder<String> toOther;

        public OfConsecutiveForward() {
            dispatcher.receiver("other");
            toOther = dispatcher.forwarder("o", "other");
        }

        @Actor
        public void forwardToOther() {
            Rig.forward(toOther, 1);
            Rig.forward(toOther, 3);
        }

        @Actor
        public void forwardAndRead() {
            Rig.forward(forwarder, 2);
            seen.poll();
            seen.poll();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            seen.pollAll();
            r.r1 = seen.toString();
            dispatcher.close();
        }
    }
}
