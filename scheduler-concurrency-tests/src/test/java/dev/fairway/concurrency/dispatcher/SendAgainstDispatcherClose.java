package dev.fairway.concurrency.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Await;
import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.Message;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.Sender;
import dev.fairway.dispatcher.SequencingDispatcher;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.LL_Result;

/** Somebody sends while the dispatcher closes: what is accepted can still be received, and everything else is refused. */
public class SendAgainstDispatcherClose {
    /** Somebody who reads by hand takes the rest after the close. */
    @JCStressTest
    @Outcome(id = "1, M1 end", expect = ACCEPTABLE, desc = "The send came first.")
    @Outcome(id = "closed, end", expect = ACCEPTABLE, desc = "The close came first.")
    @Outcome(expect = FORBIDDEN, desc = "Accepted and lost, or there was no end.")
    @State
    public static class ByHand {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(1).sequencing();
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Sender<String> sender = dispatcher.sender("s", "r");

        @Actor
        public void send(LL_Result r) {
            r.r1 = Rig.trySend(sender);
        }

        @Actor
        public void close() {
            dispatcher.close();
        }

        @Arbiter
        public void arbiter(LL_Result r) {
            seen.pollAll();
            r.r2 = seen.toString();
        }
    }

    /** The close waits for a handler. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "The send came first, and was handled when the close returned.")
    @Outcome(id = "closed, 0", expect = ACCEPTABLE, desc = "The close came first.")
    @Outcome(expect = FORBIDDEN, desc = "Accepted and not handled, or the close returned too early.")
    @State
    public static class ByHandler {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(1).sequencing();
        private final Sender<String> sender;
        private final AtomicInteger handled = new AtomicInteger();

        public ByHandler() {
            Receiver<String> receiver = dispatcher.receiver("r");
            receiver.onDelivery(this::handle, ForkJoinPool.commonPool());
            sender = dispatcher.sender("s", "r");
        }

        private void handle(Delivery<String> delivery) {
            if (delivery instanceof Message) {
                handled.incrementAndGet();
            }
        }

        @Actor
        public void send(LL_Result r) {
            r.r1 = Rig.trySend(sender);
        }

        @Actor
        public void close(LL_Result r) {
            dispatcher.close(Await.LIMIT);
            r.r2 = handled.get();
        }
    }
}
