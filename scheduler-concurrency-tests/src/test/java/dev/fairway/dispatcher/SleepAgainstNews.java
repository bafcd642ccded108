package dev.fairway.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Fork;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/**
 * A reader falls asleep when there is news for it: it sees the news, or is woken. In the package of the dispatcher, so that little else
 * is done in between, and no thread has to sleep.
 */
public class SleepAgainstNews {
    /** An empty inbox, and who reads it. */
    private static final class Empty {
        final DefaultReceiver<String> receiver;
        final Sender<String> sender;

        Empty() {
            Fork.endsWithMain();
            SequencingDispatcher<String> dispatcher =
                    ClockedDispatcher.<String>builder().sequencing();
            receiver = (DefaultReceiver<String>) dispatcher.receiver("r");
            sender = dispatcher.sender("s", "r");
        }

        void fallAsleep() {
            receiver.reading.fallAsleep(false);
        }

        boolean sleeps() {
            return receiver.inbox.isAsleep();
        }
    }

    /** A message comes. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "It is awake.")
    @Outcome(expect = FORBIDDEN, desc = "It sleeps beside a message.")
    @State
    public static class OfSend {
        private final Empty empty = new Empty();

        @Actor
        public void sleep() {
            empty.fallAsleep();
        }

        @Actor
        public void send() {
            empty.sender.trySend("x");
        }

        @Arbiter
        public void arbiter(L_Result r) {
            r.r1 = empty.sleeps();
        }
    }

    /** The receiver is closed. */
    @JCStressTest
    @Outcome(id = "false", expect = ACCEPTABLE, desc = "It is awake.")
    @Outcome(expect = FORBIDDEN, desc = "It sleeps for ever.")
    @State
    public static class OfClose {
        private final Empty empty = new Empty();

        @Actor
        public void sleep() {
            empty.fallAsleep();
        }

        @Actor
        public void close() {
            empty.receiver.inbox.shut();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            r.r1 = empty.sleeps();
        }
    }
}
