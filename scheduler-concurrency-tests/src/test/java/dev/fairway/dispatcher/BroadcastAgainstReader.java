package dev.fairway.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Fork;
import java.util.concurrent.atomic.AtomicLong;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.JJ_Result;
import org.openjdk.jcstress.infra.results.J_Result;

/**
 * A broadcast is appended to the log while somebody reads that. In the package of the dispatcher, so that little else is done in
 * between.
 */
public class BroadcastAgainstReader {
    /** Who sees its timestamp sees that it has begun. */
    @JCStressTest
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "Before it.")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "It has begun.")
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "It has its timestamp.")
    @Outcome(expect = FORBIDDEN, desc = "The clock has moved, and nothing has begun.")
    @State
    public static class OfClock {
        private final AtomicLong clock = new AtomicLong();
        private final BroadcastLog<String> log = new BroadcastLog<>(clock);
        private final BroadcastLog.Node<String> node = new BroadcastLog.Node<>("x", null);

        @Actor
        public void append() {
            log.append(node);
        }

        @Actor
        public void read(JJ_Result r) {
            r.r1 = clock.get();
            r.r2 = log.begun();
        }
    }

    /** Somebody else moves the clock. */
    @JCStressTest
    @Outcome(
            id = {"1, 2", "2, 1"},
            expect = ACCEPTABLE,
            desc = "One after the other.")
    @Outcome(expect = FORBIDDEN, desc = "Two have one timestamp.")
    @State
    public static class OfTimestamp {
        private final AtomicLong clock = new AtomicLong();
        private final BroadcastLog<String> log = new BroadcastLog<>(clock);
        private final BroadcastLog.Node<String> node = new BroadcastLog.Node<>("x", null);

        @Actor
        public void append(JJ_Result r) {
            r.r1 = log.append(node);
        }

        @Actor
        public void send(JJ_Result r) {
            r.r2 = clock.incrementAndGet();
        }
    }

    /** Who finds it finds it whole. */
    @JCStressTest
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "With its timestamp.")
    @Outcome(expect = FORBIDDEN, desc = "It is linked and has no timestamp yet.")
    @State
    public static class OfEntry {
        private final BroadcastLog<String> log = new BroadcastLog<>(new AtomicLong());
        private final BroadcastLog.Node<String> before = log.tail();
        private final BroadcastLog.Node<String> node = new BroadcastLog.Node<>("x", null);

        @Actor
        public void append() {
            log.append(node);
        }

        @Actor
        public void read(J_Result r) {
            r.r1 = Envelope.message(log.after(before).content()).timestamp();
        }
    }

    /** It is followed by a message for one receiver, which does not overtake it. */
    @JCStressTest
    @Outcome(id = "0", expect = ACCEPTABLE, desc = "Before both.")
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "The broadcast comes next.")
    @Outcome(expect = FORBIDDEN, desc = "The message comes first.")
    @State
    public static class OfNext {
        private final SequencedInbox<String> inbox;
        private final DefaultSender<String> sender;
        private final BroadcastLog<String> log;
        private final BroadcastLog.Node<String> node = new BroadcastLog.Node<>("x", null);

        public OfNext() {
            Fork.endsWithMain();
            DefaultSequencingDispatcher<String> dispatcher = (DefaultSequencingDispatcher<String>)
                    ClockedDispatcher.<String>builder().inboxCapacity(4).sequencing();
            inbox = (SequencedInbox<String>) ((DefaultReceiver<String>) dispatcher.receiver("r")).inbox;
            sender = (DefaultSender<String>) dispatcher.sender("s", "r");
            log = dispatcher.log;
        }

        @Actor
        public void broadcastAndSend() {
            log.append(node);
            inbox.send(sender, "y", null);
        }

        @Actor
        public void read(J_Result r) {
            Object next = inbox.peek();
            r.r1 = next == null ? 0 : Envelope.message(next).timestamp();
        }
    }
}
