package dev.fairway.concurrency.dispatcher;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.fairway.concurrency.Await;
import dev.fairway.dispatcher.Broadcaster;
import dev.fairway.dispatcher.Delivery;
import dev.fairway.dispatcher.Receiver;
import dev.fairway.dispatcher.SequencingDispatcher;
import java.util.concurrent.Flow;
import java.util.concurrent.ForkJoinPool;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.L_Result;

/** The last source of a receiver is closed while it is read: it gets what there was, and then the end, once. */
public class ReadAgainstEnd {
    /** The end takes the receiver's place in the log of broadcasts away, and leaves a copy of what it has still to hear. */
    @JCStressTest
    @Outcome(id = "M1 M2 M3 end", expect = ACCEPTABLE, desc = "Everything from before the end, partly from the copy.")
    @Outcome(expect = FORBIDDEN, desc = "A broadcast was lost or came twice, or there was no end.")
    @State
    public static class OfBroadcasts {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(4).sequencing();
        private final Rig.Seen seen = new Rig.Seen(dispatcher.receiver("r"));
        private final Broadcaster<String> broadcaster = dispatcher.broadcaster("b");

        public OfBroadcasts() {
            for (int i = 0; i < 3; i++) {
                broadcaster.tryBroadcast("x");
            }
        }

        @Actor
        public void read() {
            seen.poll();
            seen.poll();
        }

        @Actor
        public void end() {
            broadcaster.close();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            seen.pollAll();
            r.r1 = seen.toString();
            dispatcher.close();
        }
    }

    /** Somebody subscribes just then. */
    @JCStressTest
    @Outcome(id = "onSubscribe onComplete", expect = ACCEPTABLE, desc = "The end is told after the beginning.")
    @Outcome(expect = FORBIDDEN, desc = "It is told before, not at all, or twice.")
    @State
    public static class OfSubscriber implements Flow.Subscriber<Delivery<String>> {
        private final SequencingDispatcher<String> dispatcher =
                Rig.dispatcher(4).sequencing();
        private final Receiver<String> receiver = dispatcher.receiver("r");
        private final Flow.Publisher<Delivery<String>> publisher = receiver.publisher(ForkJoinPool.commonPool());
        private final StringBuffer calls = new StringBuffer();

        @Actor
        public void subscribe() {
            publisher.subscribe(this);
        }

        @Actor
        public void end() {
            receiver.close();
        }

        @Arbiter
        public void arbiter(L_Result r) {
            Await.until(() -> calls.indexOf("onComplete") >= 0);
            r.r1 = calls.toString();
            dispatcher.close();
        }

        @Override
        public void onSubscribe(Flow.Subscription subscription) {
            calls.append("onSubscribe");
        }

        @Override
        public void onNext(Delivery<String> delivery) {
            calls.append(" onNext");
        }

        @Override
        public void onError(Throwable failure) {
            calls.append(" onError");
        }

        @Override
        public void onComplete() {
            calls.append(" onComplete");
        }
    }
}
